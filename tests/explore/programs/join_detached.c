/* finds: misuse: joins T1, which is detached */
/* says: a thread is joined or detached, not both */
/* says: [mainT1]+ detached it at LINE .* detaches T1 */
#include <pthread.h>

static void *work(void *arg)
{
#ifndef FIXED
	pthread_detach(pthread_self());
#endif
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, work, NULL);
	pthread_join(thread, NULL);
	return 0;
}
