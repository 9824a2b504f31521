/* finds: misuse: unlocks a mutex that main holds, in T1 */
/* says: to let another thread go on, post a semaphore */
#include <pthread.h>
#include <semaphore.h>

#ifdef FIXED
static sem_t gate;
#define CLOSE() sem_init(&gate, 0, 0)
#define OPEN() sem_post(&gate)
#define PASS() sem_wait(&gate)
#else
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
#define CLOSE() pthread_mutex_lock(&gate)
#define OPEN() pthread_mutex_unlock(&gate)
#define PASS() pthread_mutex_lock(&gate)
#endif

static void *open_gate(void *arg)
{
	OPEN();
	return arg;
}

int main(void)
{
	pthread_t thread;

	CLOSE();
	pthread_create(&thread, NULL, open_gate, NULL);
#ifdef FIXED
	PASS();
#endif
	pthread_join(thread, NULL);
	return 0;
}
