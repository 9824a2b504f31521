/* pthread_key_create, pthread_setspecific, and destructors at the end. */
#include "lib/explore/runtime/keys.h"
#include "lib/explore/runtime/hidden.h"
#include "lib/explore/runtime/rt.h"

#include <errno.h>
#include <pthread.h>

enum {
	DESTRUCTOR_ROUNDS = 4 /* as PTHREAD_DESTRUCTOR_ITERATIONS of POSIX */
};

int key_create(unsigned *key, void (*destroy)(void *))
{
	if (rt->nkeys == MAX_KEYS)
		return EAGAIN;
	for (unsigned i = 0; i < rt->nthreads; i++)
		rt->threads[i].keys[rt->nkeys] = NULL;
	rt->key_destroy[rt->nkeys] = destroy;
	*key = rt->nkeys++;
	return 0;
}

int key_delete(unsigned key, uint64_t pc)
{
	hidden_keys(OP_ATOMIC_UPDATE, pc);
	if (key >= rt->nkeys)
		return EINVAL;
	rt->key_deleted[key] = true;
	return 0;
}

void *key_get(unsigned key)
{
	return key < rt->nkeys ? self()->keys[key] : NULL;
}

int key_set(unsigned key, const void *value)
{
	if (key >= rt->nkeys)
		return EINVAL;
	self()->keys[key] = (void *)(uintptr_t)value;
	return 0;
}

int WRAP(pthread_key_create)(pthread_key_t *key, void (*destroy)(void *))
{
	access_memory(key, sizeof(*key), ACCESS_WRITE, CALLER);
	return key_create(key, destroy);
}

int WRAP(pthread_key_delete)(pthread_key_t key)
{
	return key_delete(key, CALLER);
}

void *WRAP(pthread_getspecific)(pthread_key_t key)
{
	return key_get(key);
}

int WRAP(pthread_setspecific)(pthread_key_t key, const void *value)
{
	return key_set(key, value);
}

/* Whether the key has been deleted by then is a matter of order. */
static bool destroy_value(unsigned key, void *value)
{
	if (!value || !rt->key_destroy[key])
		return false;
	hidden_keys(OP_ATOMIC_READ, 0);
	if (rt->key_deleted[key])
		return false;
	rt->key_destroy[key](value);
	return true;
}

static bool destroy_once(struct thread *thread)
{
	bool any = false;

	for (unsigned i = 0; i < rt->nkeys; i++) {
		void *value = thread->keys[i];

		thread->keys[i] = NULL;
		any |= destroy_value(i, value);
	}
	return any;
}

void keys_destroy(struct thread *thread)
{
	for (int i = 0; i < DESTRUCTOR_ROUNDS; i++) {
		if (!destroy_once(thread))
			return;
	}
}
