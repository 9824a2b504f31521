/* finds: crash */
/* says: waiting is read in two steps, and changes in between: T1 reads it */
/* says: hold it in porter\(\) from takes_last.c:60 to takes_last.c:61 */
/* says: and do not lock it again at takes_last.c:23 and takes_last.c:39 */
/* says: Lesson: 07-atomicity */
#include <pthread.h>
#include <stddef.h>

struct trunk {
	struct trunk *next;
	int carried;
};

static struct trunk *waiting;
static pthread_mutex_t hall = PTHREAD_MUTEX_INITIALIZER;

static int is_any_there(void)
{
#ifdef FIXED
	return waiting != NULL;
#else
	int any;
	pthread_mutex_lock(&hall);
	any = waiting != NULL;
	pthread_mutex_unlock(&hall);
	return any;
#endif
}

static void carry(void)
{
	struct trunk *trunk;
#ifdef FIXED
	trunk = waiting;
	waiting = trunk->next;
	trunk->carried = 1;
#else

	pthread_mutex_lock(&hall);
	trunk = waiting;
	waiting = trunk->next;
	trunk->carried = 1;
	pthread_mutex_unlock(&hall);
#endif
}

static void *porter(void *arg)
{
#ifdef FIXED
	for (;;) {
		pthread_mutex_lock(&hall);
		int any = is_any_there();
		if (any)
			carry();
		pthread_mutex_unlock(&hall);
		if (!any)
			return arg;
	}
#else
	while (is_any_there())
		carry();
	return arg;
#endif
}

int main(void)
{
	static struct trunk trunks[2];
	pthread_t threads[2];

	for (int i = 0; i < 2; i++) {
		trunks[i].next = waiting;
		waiting = &trunks[i];
	}
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, porter, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
