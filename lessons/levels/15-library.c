/*
 * The first reader takes the room, the last one gives it back; a writer needs
 * it empty. Let somebody read a sentence that is half written.
 */
/* title: the second reader does not wait */
/* par: 1 */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

static pthread_mutex_t desk = PTHREAD_MUTEX_INITIALIZER;
static sem_t room;
static atomic_int readers, half, whole;

static void *reader(void *arg)
{
#ifdef FIXED
	pthread_mutex_lock(&desk);
#endif
	if (++readers == 1)
		sem_wait(&room);
#ifdef FIXED
	pthread_mutex_unlock(&desk);
#endif
	assert(half == whole);
	pthread_mutex_lock(&desk);
	if (--readers == 0)
		sem_post(&room);
	pthread_mutex_unlock(&desk);
	return arg;
}

static void *writer(void *arg)
{
	sem_wait(&room);
	half = 1;
	whole = 1;
	sem_post(&room);
	return arg;
}

int main(void)
{
	pthread_t a, b, c;

	sem_init(&room, 0, 1);
	pthread_create(&a, NULL, writer, NULL);
	pthread_create(&b, NULL, reader, NULL);
	pthread_create(&c, NULL, reader, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	pthread_join(c, NULL);
	return 0;
}
/* win: 1 1 1 2 2 3 3 3 3 */
/* why: who comes second sees that somebody was first, and not that */
/* why: this one still waits: keep the desk until the room is had */
/* lesson: 13-readers-writer */
