/* finds: assertion failed: assert\(total == 21\) */
/* says: data race on range.from: main writes it at one_argument.c:44, */
/* says: main fills in range for the next thread .one_argument.c:44., */
/* says: and T1 may have yet to read it: give each thread one of its own */
/* says: Lesson: 05-data-race */
#include <assert.h>
#include <pthread.h>

struct range {
	int from, to;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int numbers[6] = {1, 2, 3, 4, 5, 6};
static int total;

static void *add(void *arg)
{
	struct range *range = arg;
	int from = range->from, to = range->to, sum = 0;

	for (int i = from; i < to; i++)
		sum += numbers[i];
	pthread_mutex_lock(&lock);
	total += sum;
	pthread_mutex_unlock(&lock);
	return NULL;
}

int main(void)
{
	pthread_t threads[2];
#ifdef FIXED
	struct range ranges[2];
#else
	struct range range;
#endif

	for (int i = 0; i < 2; i++) {
#ifdef FIXED
		ranges[i] = (struct range){3 * i, 3 * i + 3};
		pthread_create(&threads[i], NULL, add, &ranges[i]);
#else
		range.from = 3 * i;
		range.to = 3 * i + 3;
		pthread_create(&threads[i], NULL, add, &range);
#endif
	}
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert(total == 21);
	return 0;
}
