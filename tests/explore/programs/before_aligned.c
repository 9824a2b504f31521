/* finds: bad memory access: uses stack.-1., in front of stack, which */
/* says: has 8 elements, in T[12] at LINE */
/* says: Think: T[12] tests top at LINE .STEP. before it waits, and not again */
/* says: Lesson: 11-condition-variables */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int stack[8]; /* what lies in front of it ends before it begins */
static int top;

static void *take(void *arg)
{
	pthread_mutex_lock(&lock);
#ifdef FIXED
	while (top == 0)
#else
	if (top == 0)
#endif
		pthread_cond_wait(&filled, &lock);
	top--;
	*(int *)arg = stack[top];
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void put(int value)
{
	pthread_mutex_lock(&lock);
	stack[top++] = value;
	pthread_cond_signal(&filled);
	pthread_mutex_unlock(&lock);
}

int main(void)
{
	pthread_t threads[2];
	int results[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, take, &results[i]);
	put(1);
	put(2);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return results[0] + results[1] != 3;
}
