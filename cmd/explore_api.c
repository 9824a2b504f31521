/* What the calls are named in the program: by pthreads, or by C11. */
#include "cmd/explore_api.h"

#include "cmd/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct renamed {
	const char *pthreads, *c11;
};

/* What ends in _ begins a name. */
static const struct renamed names[] = {
	{"pthread_mutex_trylock has returned 0",
		"mtx_trylock has returned thrd_success"},
	{"pthread_mutex_", "mtx_"},
	{"pthread_cond_", "cnd_"},
	{"pthread_once", "call_once"},
	{"pthread_once_t", "once_flag"},
	{"pthread_create", "thrd_create"},
	{"pthread_join", "thrd_join"},
	{"pthread_detach", "thrd_detach"},
	{"pthread_exit", "thrd_exit"},
	{"pthread_t", "thrd_t"},
};

static bool is_in_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool is_at(const char *text, const char *name)
{
	size_t n = strlen(name);

	return !strncmp(text, name, n) &&
	       (name[n - 1] == '_' || !is_in_name(text[n]));
}

static const struct renamed *renamed_at(const char *text)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (is_at(text, names[i].pthreads))
			return &names[i];
	}
	return NULL;
}

static void rename_all(const char *text, char *words, size_t size)
{
	words[0] = '\0';
	while (*text) {
		const struct renamed *name = renamed_at(text);
		size_t n = name ? strlen(name->pthreads)
				: 1 + strcspn(text + 1, "p");

		if (name)
			text_append(words, size, "%s", name->c11);
		else
			text_append(words, size, "%.*s", (int)n, text);
		text += n;
	}
}

void explore_use_its_names(
	const struct explore_view *view, char *words, size_t size)
{
	char text[EXPLORE_TEXT_SIZE];

	if (!view->calls->threads_h)
		return;
	snprintf(text, sizeof(text), "%s", words);
	rename_all(text, words, size);
}
