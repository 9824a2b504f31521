/* finds: assertion failed: assert\(w \+ d == n\), in T2 at half_changed.c */
/* says: Think: T1 has changed (won|drawn) at STEP, and not yet played */
/* says: .half_changed.c:[0-9]+., when T2 reads the two .steps [0-9]+ and */
/* says: each is atomic, both together are not: hold one lock over both */
/* says: reads, and over both changes Lesson: 07-atomicity */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef FIXED
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
#endif
static atomic_int won, drawn, played;

static void count(atomic_int *what)
{
#ifdef FIXED
	pthread_mutex_lock(&lock);
#endif
	*what += 1;
	played += 1;
#ifdef FIXED
	pthread_mutex_unlock(&lock);
#endif
}

static void *play(void *arg)
{
	count(&won);
	count(&drawn);
	return arg;
}

static void *report(void *arg)
{
	int w, d, n;

#ifdef FIXED
	pthread_mutex_lock(&lock);
#endif
	w = won;
	d = drawn;
	n = played;
#ifdef FIXED
	pthread_mutex_unlock(&lock);
#endif
	assert(w + d == n);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, play, NULL);
	pthread_create(&b, NULL, report, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
