#!/bin/sh
# conc explore: who waits as one should is not told to wait otherwise
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
. "$here/../explore/said.sh"

cat >gate.c <<'END'
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static int is_open, npassed;
static atomic_int sign;
static int is_closed(void)
{
	pthread_mutex_lock(&m);
	int closed = !is_open;
	if (closed && WAITS_INSIDE)
		pthread_cond_wait(&c, &m);
	pthread_mutex_unlock(&m);
	return closed;
}
static void wait_once(void)
{
	pthread_mutex_lock(&m);
	if (!is_open)
		pthread_cond_wait(&c, &m);
	npassed++;
	pthread_mutex_unlock(&m);
}
static void *pass(void *arg)
{
#if defined TWICE
	do
		wait_once();
	while (is_closed());
#elif defined INSIDE
	while (is_closed())
		;
#elif defined SIGN
	while (!atomic_load(&sign)) {
		pthread_mutex_lock(&m);
		if (!atomic_load(&sign))
			pthread_cond_wait(&c, &m);
		pthread_mutex_unlock(&m);
	}
#elif defined SECOND_IF
	for (int passed = 0; !passed;) {
		pthread_mutex_lock(&m);
		if (!is_open)
			pthread_cond_wait(&c, &m);
		if (is_open) {
			is_open = 2;
			passed = 1;
		}
		pthread_mutex_unlock(&m);
	}
#elif defined ONCE
	wait_once();
#elif defined TAKES
	pthread_mutex_lock(&m);
	if (!is_open)
		pthread_cond_wait(&c, &m);
	is_open--;
	pthread_mutex_unlock(&m);
#endif
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, pass, NULL);
	pthread_mutex_lock(&m);
	is_open = 1;
	atomic_store(&sign, 1);
	pthread_cond_signal(&c);
	pthread_mutex_unlock(&m);
	pthread_join(thread, NULL);
	return 0;
}
END

point W1 'who tests again in a loop around the wait is not accused'
for how in TWICE INSIDE SIGN SECOND_IF; do
	inside=0
	[ $how = INSIDE ] && inside=1
	run conc explore -D$how -DWAITS_INSIDE=$inside gate.c
	expect_status 0
	expect_out 'no failure possible'
done
for how in ONCE TAKES; do
	run conc explore -D$how -DWAITS_INSIDE=0 gate.c
	expect_status 1
	expect_out '^wait without a loop'
done

point W2 'who is stopped on its way back to the test has not left it out'
cat >diary.c <<'END'
#include <pthread.h>
static pthread_mutex_t box = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t diary = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t came = PTHREAD_COND_INITIALIZER;
static int letters, lines;
static void *read_letters(void *arg)
{
	pthread_mutex_lock(&box);
	while (!letters) {
		pthread_cond_wait(&came, &box);
		pthread_mutex_lock(&diary);
		lines++;
		pthread_mutex_unlock(&diary);
	}
	letters--;
	pthread_mutex_unlock(&box);
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, read_letters, NULL);
	pthread_mutex_lock(&diary);
	pthread_mutex_lock(&box);
	letters++;
	lines++;
	pthread_cond_signal(&came);
	pthread_mutex_unlock(&box);
	pthread_mutex_unlock(&diary);
	pthread_join(thread, NULL);
	return 0;
}
END
explored diary.c
says 'deadlock'
says 'let all take these locks in the same order'
says 'Lesson: 08-deadlock'

finish
