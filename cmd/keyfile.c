#include "cmd/keyfile.h"

#include "cmd/config.h"
#include "cmd/exit.h"
#include "cmd/msg.h"
#include "cmd/savefile.h"
#include "cmd/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct keyfile_setting {
	const char *key, *value; /* in keyfile.cut */
};

static int refuse_memory(const char *path)
{
	msg_error(
		"cannot read %s: %s", text_quote(path).text, strerror(ENOMEM));
	msg_hint("try again");
	return EXIT_REFUSED;
}

static size_t count_lines(const char *text, size_t length)
{
	size_t n = 1;

	for (size_t i = 0; i < length; i++)
		n += text[i] == '\n';
	return n;
}

/* A config_fn. */
static int take_setting(
	void *context, const char *where, const char *key, const char *value)
{
	struct keyfile *file = context;

	(void)where;
	file->settings[file->n++] = (struct keyfile_setting){key, value};
	return 0;
}

/* Two copies, as strings. */
static int allocate(struct keyfile *file, const char *text, size_t length)
{
	*file = (struct keyfile){
		.text = malloc(length + 1),
		.cut = malloc(length + 1),
		.settings = calloc(
			count_lines(text, length), sizeof(*file->settings)),
		.length = length,
	};
	if (!file->text || !file->cut || !file->settings) {
		keyfile_free(file);
		return -ENOMEM;
	}
	memcpy(file->text, text, length);
	memcpy(file->cut, text, length);
	file->text[length] = file->cut[length] = '\0';
	return 0;
}

int keyfile_parse(
	struct keyfile *file, const char *path, const char *text, size_t length)
{
	int code;

	if (allocate(file, text, length))
		return refuse_memory(path);
	code = config_read_text(path, file->cut, length, take_setting, file);
	if (code)
		keyfile_free(file);
	return code;
}

int keyfile_read(struct keyfile *file, const char *path)
{
	size_t length;
	char *text;
	int code = config_load(path, &text, &length);

	*file = (struct keyfile){.n = 0};
	if (!code && text)
		code = keyfile_parse(file, path, text, length);
	free(text);
	return code;
}

static const struct keyfile_setting *find(
	const struct keyfile *file, const char *key)
{
	for (size_t i = file->n; i-- > 0;)
		if (!strcmp(file->settings[i].key, key))
			return &file->settings[i];
	return NULL;
}

const char *keyfile_get(const struct keyfile *file, const char *key)
{
	const struct keyfile_setting *setting = find(file, key);

	return setting ? setting->value : NULL;
}

/* What stands before and behind the line of a key, or of a new one. */
static void split(const struct keyfile *file, const char *key, size_t *before,
	size_t *behind)
{
	const struct keyfile_setting *setting = find(file, key);
	const char *end;

	*before = *behind = file->length;
	if (!setting)
		return;
	*before = (size_t)(setting->key - file->cut);
	end = memchr(file->text + *before, '\n', file->length - *before);
	if (end)
		*behind = (size_t)(end - file->text) + 1;
}

/* The text with another line there; *length of it. NULL: no memory. */
static char *with_line(const struct keyfile *file, const char *key,
	const char *value, size_t *length)
{
	size_t before, behind, size;
	char *text, *at;

	split(file, key, &before, &behind);
	size = file->length + strlen(key) + strlen(value) + 6;
	text = malloc(size);
	if (!text)
		return NULL;
	if (before)
		memcpy(text, file->text, before);
	at = text + before;
	if (before == file->length && before && at[-1] != '\n')
		*at++ = '\n';
	at += sprintf(at, "%s = %s\n", key, value);
	if (behind < file->length)
		memcpy(at, file->text + behind, file->length - behind);
	*length = (size_t)(at - text) + file->length - behind;
	return text;
}

int keyfile_set(struct keyfile *file, const char *key, const char *value)
{
	struct keyfile changed;
	size_t length;
	char *text = with_line(file, key, value, &length);
	int error = !text ? -ENOMEM : length >= CONFIG_MOST ? -EFBIG : 0;

	if (!error)
		error = allocate(&changed, text, length);
	if (!error) {
		config_read_text(
			"", changed.cut, length, take_setting, &changed);
		keyfile_free(file);
		*file = changed;
	}
	free(text);
	return error;
}

int keyfile_write(const struct keyfile *file, const char *path)
{
	struct savefile out;
	int error = savefile_open(&out, path);

	if (error)
		return error;
	fwrite(file->text, 1, file->length, out.out);
	return savefile_close(&out);
}

void keyfile_free(struct keyfile *file)
{
	free(file->text);
	free(file->cut);
	free(file->settings);
	*file = (struct keyfile){.n = 0};
}
