/*
 * Loops that seem to wait for another thread to write: the same reads with
 * the same values, again and again. Such a thread is set aside until somebody
 * writes. It is a guess, for loops that await.c cannot be certain of, as they
 * count their rounds; an exhaustive search says that it was made.
 */
#include "lib/explore/runtime/rt.h"

enum {
	SAME_READS = 24, /* without a write or another value in between */
};

static void forget(struct thread *thread)
{
	thread->spinning = false;
	thread->spin_count = 0;
	thread->nseen = 0;
}

static bool seen(struct thread *thread, uint64_t key)
{
	for (uint32_t i = 0; i < thread->nseen; i++) {
		if (thread->seen[i] == key)
			return true;
	}
	if (thread->nseen < MAX_SEEN)
		thread->seen[thread->nseen++] = key;
	return false;
}

void spin_read(uint64_t pc, uint64_t object, uint64_t value)
{
	struct thread *thread = self();
	uint64_t key = pc;

	await_read(value);
	key = (key ^ object) * UINT64_C(0x9e3779b97f4a7c15);
	key = (key ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	if (!seen(thread, key)) {
		thread->spin_count = 0;
		return;
	}
	if (++thread->spin_count >= SAME_READS)
		thread->spinning = true;
}

/* A little more of the same, and the thread is set aside. */
bool spin_ends_soon(void)
{
	return self()->spin_count + 2 >= SAME_READS;
}

void spin_wrote(void)
{
	await_forget();
	spin_over();
}

void spin_over(void)
{
	for (unsigned i = 0; i < rt->nthreads; i++)
		forget(&rt->threads[i]);
}
