/* finds: assertion failed: assert\(is_open\(\)\) */
/* says: door is read in two steps, and changes in between: T1 reads */
/* says: between: T1 reads it .* T2 writes it .* T1 reads it */
/* says: the two together are not: hold it in visit\(\) from two_reads.c:43 */
/* says: to two_reads.c:46, and do not lock it again at two_reads.c:18 */
/* says: Lesson: 07-atomicity */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int door = 1;

static int is_open(void)
{
	int value;

#ifndef FIXED
	pthread_mutex_lock(&lock);
#endif
	value = door;
#ifndef FIXED
	pthread_mutex_unlock(&lock);
#endif
	return value;
}

static void enter(void)
{
	assert(is_open());
}

static void *visit(void *arg)
{
#ifdef FIXED
	pthread_mutex_lock(&lock);
	if (is_open())
		enter();
	pthread_mutex_unlock(&lock);
#else
	int open;

	pthread_mutex_lock(&lock);
	open = door;
	pthread_mutex_unlock(&lock);
	if (open)
		enter();
#endif
	return arg;
}

static void *close_door(void *arg)
{
	pthread_mutex_lock(&lock);
	door = 0;
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, visit, NULL);
	pthread_create(&b, NULL, close_door, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
