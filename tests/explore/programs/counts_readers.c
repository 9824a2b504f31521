/* finds: deadlock: no thread can go on */
/* says: data race on readers: T[0-9] writes it */
/* says: Think: no lock protects readers on both paths: hold one lock from */
/* says: hold one lock from LINE to LINE and from LINE to LINE Lesson */
#include <pthread.h>
#include <semaphore.h>

static sem_t room;
static int readers;
#ifdef FIXED
static pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
#endif

static void begin(void)
{
#ifdef FIXED
	pthread_mutex_lock(&door);
#endif
	readers++;
	if (readers == 1)
		sem_wait(&room);
#ifdef FIXED
	pthread_mutex_unlock(&door);
#endif
}

static void end(void)
{
#ifdef FIXED
	pthread_mutex_lock(&door);
#endif
	readers--;
	if (readers == 0)
		sem_post(&room);
#ifdef FIXED
	pthread_mutex_unlock(&door);
#endif
}

static void *read_it(void *arg)
{
	begin();
	end();
	return arg;
}

static void *write_it(void *arg)
{
	sem_wait(&room);
	sem_post(&room);
	return arg;
}

int main(void)
{
	pthread_t readers_of[2], writer;

	sem_init(&room, 0, 1);
	for (int i = 0; i < 2; i++)
		pthread_create(&readers_of[i], NULL, read_it, NULL);
	pthread_create(&writer, NULL, write_it, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(readers_of[i], NULL);
	pthread_join(writer, NULL);
	return 0;
}
