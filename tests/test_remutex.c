#include "lib/remutex.h"

#include <errno.h>
#include <pthread.h>

#include "tests/suite.h"

struct other {
	struct remutex *remutex;
	int locked, unlocked;
	unsigned depth;
};

static void *try_it(void *arg)
{
	struct other *other = arg;

	other->depth = remutex_depth(other->remutex);
	other->unlocked = remutex_unlock(other->remutex);
	other->locked = remutex_lock(other->remutex, 0);
	if (other->locked == 0)
		remutex_unlock(other->remutex);
	return NULL;
}

static struct other from_another_thread(struct remutex *remutex)
{
	struct other other = {.remutex = remutex};
	pthread_t thread;

	pthread_create(&thread, NULL, try_it, &other);
	pthread_join(thread, NULL);
	return other;
}

START_TEST(l6_its_owner_may_lock_it_again)
{
	struct remutex remutex = {.depth = 0};

	ck_assert_int_eq(remutex_lock(&remutex, CLOCK_NEVER), 0);
	ck_assert_int_eq(remutex_lock(&remutex, 0), 0);
	ck_assert_uint_eq(remutex_depth(&remutex), 2);
	ck_assert_int_eq(remutex_unlock(&remutex), 0);
	ck_assert_int_eq(from_another_thread(&remutex).locked, -EAGAIN);
	ck_assert_int_eq(remutex_unlock(&remutex), 0);
	ck_assert_int_eq(from_another_thread(&remutex).locked, 0);
	remutex_fini(&remutex);
}
END_TEST

START_TEST(l1_nobody_else_may_unlock_it)
{
	struct remutex remutex = {.depth = 0};

	ck_assert_int_eq(remutex_unlock(&remutex), -EPERM);
	ck_assert_int_eq(remutex_lock(&remutex, CLOCK_NEVER), 0);
	ck_assert_int_eq(from_another_thread(&remutex).unlocked, -EPERM);
	ck_assert_uint_eq(from_another_thread(&remutex).depth, 0);
	ck_assert_uint_eq(remutex_depth(&remutex), 1);
	ck_assert_int_eq(remutex_unlock(&remutex), 0);
	ck_assert_int_eq(remutex_unlock(&remutex), -EPERM);
	remutex_fini(&remutex);
}
END_TEST

int main(void)
{
	return suite_run("remutex", 20,
		(const TTest *const[]){
			l6_its_owner_may_lock_it_again,
			l1_nobody_else_may_unlock_it,
			NULL,
		});
}
