/* finds: assertion failed: assert\(last\(\) < 3\), in T2 at */
/* says: no lock protects length on both paths: one side holds lock, the */
/* says: other holds no lock: hold lock at looks_beside_lock.c:31, too */
/* says: Lesson: 06-mutex */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int numbers[2] = {9, 9}, length;

static void *put(void *arg)
{
	for (int i = 1; i <= 2; i++) {
		int at;

		pthread_mutex_lock(&lock);
		at = length++;
		numbers[at] = i;
		pthread_mutex_unlock(&lock);
	}
	return arg;
}

static int last(void)
{
	int n, number;

#ifdef FIXED
	pthread_mutex_lock(&lock);
#endif
	n = length;
	number = n ? numbers[n - 1] : 0;
#ifdef FIXED
	pthread_mutex_unlock(&lock);
#endif
	return number;
}

static void *look(void *arg)
{
	assert(last() < 3);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, put, NULL);
	pthread_create(&b, NULL, look, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
