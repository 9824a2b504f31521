/* finds: assertion failed: assert\(ask\(21\) == 42\), in main at */
/* says: Think: main reads answer at STEP, before T1 has written it */
/* says: .answers_late.c:21., but after T1 has posted reply */
/* says: .answers_late.c:19., which tells it to go on: let T1 write answer */
/* says: first, and post reply after that Lesson: 10-semaphores */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

static sem_t request, reply;
static int question, answer;

static void *serve(void *arg)
{
	sem_wait(&request);
#ifdef FIXED
	answer = 2 * question;
#endif
	sem_post(&reply);
#ifndef FIXED
	answer = 2 * question;
#endif
	return arg;
}

static int ask(int number)
{
	question = number;
	sem_post(&request);
	sem_wait(&reply);
	return answer;
}

int main(void)
{
	pthread_t thread;

	sem_init(&request, 0, 0);
	sem_init(&reply, 0, 0);
	pthread_create(&thread, NULL, serve, NULL);
	assert(ask(21) == 42);
	pthread_join(thread, NULL);
	return 0;
}
