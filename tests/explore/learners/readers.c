/* finds: deadlock */
/* says: T[23] waits at readers.c:[0-9]+ .in start_read, .* for a post of */
/* says: no lock protects readers on both paths */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

static sem_t room_empty, mutex;
static int readers = 0;
static int text[2];

static void start_read(void)
{
#ifdef FIXED
	sem_wait(&mutex);
#endif
	readers++;
	if (readers == 1)
		sem_wait(&room_empty);
#ifdef FIXED
	sem_post(&mutex);
#endif
}

static void end_read(void)
{
#ifdef FIXED
	sem_wait(&mutex);
#endif
	readers--;
	if (readers == 0)
		sem_post(&room_empty);
#ifdef FIXED
	sem_post(&mutex);
#endif
}

static void *reader(void *arg)
{
	start_read();
	assert(text[0] == text[1]);
	end_read();
	return arg;
}

static void *writer(void *arg)
{
	sem_wait(&room_empty);
	text[0]++;
	text[1]++;
	sem_post(&room_empty);
	return arg;
}

int main(void)
{
	pthread_t r1, r2, w;

	sem_init(&room_empty, 0, 1);
	sem_init(&mutex, 0, 1);
	pthread_create(&w, NULL, writer, NULL);
	pthread_create(&r1, NULL, reader, NULL);
	pthread_create(&r2, NULL, reader, NULL);
	pthread_join(w, NULL);
	pthread_join(r1, NULL);
	pthread_join(r2, NULL);
	return 0;
}
