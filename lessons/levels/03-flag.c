/*
 * Whoever finds the room free hangs out the sign that it is taken, and goes in
 * for the night. Bring both into the room.
 */
/* title: a sign on the door */
/* par: 1 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

static atomic_bool taken;
static atomic_int inside;

static void *guest(void *arg)
{
#ifdef FIXED
	if (atomic_exchange(&taken, true))
		return arg;
#else
	if (taken)
		return arg;
	taken = true;
#endif
	assert(++inside == 1);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, guest, NULL);
	pthread_create(&b, NULL, guest, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
/* win: 1 1 2 2 2 2 1 1 */
