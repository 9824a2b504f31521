/* finds: assertion failed: assert\(answer == 42\), in main at */
/* says: Think: main reads answer at STEP, before T1 has written it */
/* says: .detached_result.c:12.: T1 is detached at detached_result.c:24: */
/* says: leave that out, and join it before that Lesson: 05-data-race */
#include <assert.h>
#include <pthread.h>

static int answer;

static void *think(void *arg)
{
	answer = 42;
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, think, NULL);
#ifdef FIXED
	pthread_join(thread, NULL);
#else
	pthread_detach(thread);
#endif
	assert(answer == 42);
	return 0;
}
