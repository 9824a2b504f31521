/* finds: misuse: unlocks a mutex that nobody holds, in T[12] */
/* says: has unlocked shelf.lock at unlock_by_each.c:22 already .STEP., and */
/* says: one of the two places only, or lock it in between Lesson: 06-mutex */
/* says: also seen: data race on shelf.books: */
#include <pthread.h>

static struct {
	pthread_mutex_t lock;
	int books;
} shelf = {PTHREAD_MUTEX_INITIALIZER, 3};

#ifdef FIXED
#define GIVE_BACK()
#else
#define GIVE_BACK() pthread_mutex_unlock(&shelf.lock)
#endif

static int count(void)
{
	int n = shelf.books;

	GIVE_BACK();
	return n;
}

static void put(int n)
{
	shelf.books = n;
	GIVE_BACK();
}

static void *bring(void *arg)
{
	pthread_mutex_lock(&shelf.lock);
	put(count() + 1);
#ifdef FIXED
	pthread_mutex_unlock(&shelf.lock);
#endif
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, bring, NULL);
	pthread_create(&b, NULL, bring, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return shelf.books != 5;
}
