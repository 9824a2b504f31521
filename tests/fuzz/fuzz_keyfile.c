/*
 * fuzz_keyfile - no text makes a settings file, which is what a workshop and
 * the scores of levels are, read outside of it; and a changed line is the only
 * one that changes
 */
#include "cmd/keyfile.h"
#include "cmd/msg.h"
#include "lib/must.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes that two texts have in common at the front, and at the back. */
static size_t count_same(const struct keyfile *a, const struct keyfile *b)
{
	size_t front = 0, back = 0;
	size_t most = a->length < b->length ? a->length : b->length;

	while (front < most && a->text[front] == b->text[front])
		front++;
	while (back < most - front &&
		a->text[a->length - back - 1] == b->text[b->length - back - 1])
		back++;
	return front + back;
}

/* All but the old value and the space around it is in the new text, too. */
static void check_change(const struct keyfile *old, struct keyfile *changed,
	const char *key, const char *value)
{
	const char *was = keyfile_get(old, key);

	if (keyfile_set(changed, key, value))
		return;
	must(!strcmp(keyfile_get(changed, key), value));
	must(changed->n == old->n + !was);
	if (!was)
		must(!memcmp(changed->text, old->text, old->length));
	must(count_same(old, changed) + strlen(key) + strlen(value) + 5 >=
		changed->length);
}

static void check_again(const struct keyfile *file)
{
	struct keyfile again;

	must(!keyfile_parse(&again, "again", file->text, file->length));
	must(again.n == file->n && again.length == file->length);
	keyfile_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const keys[] = {
		"version", "current", "passed.05-data-race", "02-visitors"};
	const char *text = size ? (const char *)data : "";
	struct keyfile old, changed;

	msg_set_fd(-1);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (keyfile_parse(&old, "old", text, size))
			return 0;
		must(!keyfile_parse(&changed, "changed", text, size));
		check_change(&old, &changed, keys[i], "17");
		check_again(&changed);
		keyfile_free(&changed);
		keyfile_free(&old);
	}
	return 0;
}
