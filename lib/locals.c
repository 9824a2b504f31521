#include "lib/locals.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Written before anybody else sees it, and never again but for nrefs. */
struct locals {
	_Atomic unsigned nrefs;
	struct locals *older; /* with a reference */
	const char *value; /* behind the name, in text */
	char text[];
};

/*
 * Not inlined, so that a coroutine that goes on in another thread asks for
 * that thread's anew (coro.h).
 */
__attribute__((noinline)) static struct locals **mine(void)
{
	static _Thread_local struct locals *locals;

	__asm__ volatile("" ::: "memory");
	return &locals;
}

bool locals_any(void)
{
	return *mine() != NULL;
}

/* Relaxed: who makes a new reference holds one, which keeps all in order. */
struct locals *locals_snapshot(void)
{
	struct locals *locals = *mine();

	if (locals)
		atomic_fetch_add_explicit(
			&locals->nrefs, 1, memory_order_relaxed);
	return locals;
}

/* Acquire and release: the last, who frees it, comes after all the others. */
void locals_unref(struct locals *locals)
{
	while (locals && atomic_fetch_sub_explicit(&locals->nrefs, 1,
				 memory_order_acq_rel) == 1) {
		struct locals *older = locals->older;

		free(locals);
		locals = older;
	}
}

struct locals *locals_swap(struct locals *locals)
{
	struct locals **place = mine(), *before = *place;

	*place = locals;
	return before;
}

int locals_set(const char *name, const char *value)
{
	size_t name_size = strlen(name) + 1, value_size = strlen(value) + 1;
	struct locals *locals = malloc(
		sizeof(*locals) + name_size + value_size);

	if (!locals)
		return -ENOMEM;
	atomic_init(&locals->nrefs, 1);
	memcpy(locals->text, name, name_size);
	locals->value = memcpy(locals->text + name_size, value, value_size);
	locals->older = locals_swap(locals);
	return 0;
}

static const struct locals *find(const struct locals *from, const char *name)
{
	while (from && strcmp(from->text, name) != 0)
		from = from->older;
	return from;
}

const char *locals_get(const char *name)
{
	const struct locals *found = find(*mine(), name);

	return found ? found->value : NULL;
}

void locals_each(void (*visit)(const char *name, const char *value, void *arg),
	void *arg)
{
	const struct locals *newest = *mine();

	for (const struct locals *at = newest; at; at = at->older)
		if (find(newest, at->text) == at)
			visit(at->text, at->value, arg);
}
