/*
 * fuzz_fsq_name - no name makes the decoder read outside it or loop, and what
 * it accepts means the same when it is written again
 */
#include "lib/fsq_name.h"
#include "lib/must.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct fsq_grammar grammars[] = {
	{'_', '%', "%Y%m%d%H%M%S"},
	{':', '=', "%Y%m%d%H%M%S"},
	{' ', '5', "%Y%m%d%H%M%S"},
};

static void check_same(const struct fsq_name *a, const struct fsq_name *b)
{
	must(a->nfields == b->nfields && a->delimiter == b->delimiter);
	for (int i = 0; i < a->nfields; i++) {
		if (i != FSQ_FIELD_TRIES)
			must(!strcmp(a->text + a->at[i], b->text + b->at[i]));
	}
}

static void check_name(
	const struct fsq_grammar *grammar, const char *text, size_t size)
{
	struct fsq_name name, again;
	char written[FSQ_NAME_SIZE];
	int n;

	if (fsq_name_decode(grammar, text, size, &name))
		return;
	n = fsq_name_recount(
		grammar, &name, FSQ_FIELD_TRIES, name.tries, written);
	if (n < 0)
		return;
	must((size_t)n == strlen(written));
	must(!fsq_name_decode(grammar, written, (size_t)n, &again));
	must(again.tries == name.tries && again.enqueued == name.enqueued);
	check_same(&name, &again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct fsq_key key;

	fsq_name_key(text, size, &key);
	must(!fsq_key_compare(&key, &key));
	for (size_t i = 0; i < sizeof(grammars) / sizeof(*grammars); i++)
		check_name(&grammars[i], text, size);
	return 0;
}
