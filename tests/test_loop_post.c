/* What other threads and signal handlers post to a loop. */
#include "lib/loop.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "lib/must.h"
#include "lib/sync.h"
#include "tests/suite.h"

static struct loop *loop;
static char events[200];

static int note(void *arg)
{
	strncat(events, arg, sizeof(events) - strlen(events) - 1);
	return 0;
}

#define NOTE(text)                                    \
	(struct loop_call)                            \
	{                                             \
		.fn = note, .arg = text, .name = text \
	}

static void setup(void)
{
	must_zero(loop_create(NULL, &loop));
	events[0] = '\0';
}

static pthread_t start(void *(*fn)(void *), void *arg)
{
	pthread_t thread;

	must_zero(pthread_create(&thread, NULL, fn, arg));
	return thread;
}

static int let_go(void *arg)
{
	(void)arg;
	loop_release(loop);
	return 0;
}

static void *post_it(void *arg)
{
	must_zero(loop_post(loop, arg));
	return NULL;
}

/* Held and without a timer: nothing but the post can wake it. */
START_TEST(b18_a_post_wakes_a_loop_that_sleeps)
{
	struct loop_call call = {.fn = let_go};
	pthread_t thread;

	setup();
	loop_hold(loop);
	thread = start(post_it, &call);
	ck_assert_int_eq(loop_run(loop), 0);
	must_zero(pthread_join(thread, NULL));
	loop_destroy(loop);
}
END_TEST

static struct loop_call hello = {.fn = note, .arg = "hello "};
static struct loop_call world = {.fn = note, .arg = "world"};

static int say_world_after_hello(void *arg)
{
	pthread_t thread = start(post_it, &hello);

	(void)arg;
	must_zero(pthread_join(thread, NULL));
	loop_soon(loop, &world);
	return 0;
}

START_TEST(b18_a_post_comes_before_what_the_loop_makes_ready_later)
{
	struct loop_call first = {.fn = say_world_after_hello};

	setup();
	loop_soon(loop, &first);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_str_eq(events, "hello world");
	loop_destroy(loop);
}
END_TEST

enum {
	NPOSTERS = 4,
	NPOSTS = 5000
};

static struct post {
	struct loop_call call;
	int poster, number;
} posts[NPOSTERS][NPOSTS];

static int next_of[NPOSTERS];
static int nposts_run;
static struct barrier gate;

static int check_order(void *arg)
{
	struct post *post = arg;

	must(post->number == next_of[post->poster]);
	next_of[post->poster]++;
	if (++nposts_run == NPOSTERS * NPOSTS)
		loop_release(loop);
	return 0;
}

static void *post_many(void *arg)
{
	struct post *mine = arg;

	barrier_wait(&gate);
	for (int i = 0; i < NPOSTS; i++)
		must_zero(loop_post(loop, &mine[i].call));
	return NULL;
}

START_TEST(b18_posts_of_one_thread_keep_their_order)
{
	pthread_t threads[NPOSTERS];

	setup();
	barrier_init(&gate, NPOSTERS);
	loop_hold(loop);
	for (int i = 0; i < NPOSTERS; i++) {
		for (int j = 0; j < NPOSTS; j++)
			posts[i][j] = (struct post){
				.call = {.fn = check_order,
					.arg = &posts[i][j]},
				.poster = i,
				.number = j,
			};
		threads[i] = start(post_many, posts[i]);
	}
	ck_assert_int_eq(loop_run(loop), 0);
	for (int i = 0; i < NPOSTERS; i++)
		must_zero(pthread_join(threads[i], NULL));
	ck_assert_int_eq(nposts_run, NPOSTERS * NPOSTS);
	barrier_fini(&gate);
	loop_destroy(loop);
}
END_TEST

/* One at a time, so that the loop goes to sleep before each. */
static struct semaphore next_post;
static int nwoken;

static int count_wake(void *arg)
{
	(void)arg;
	if (++nwoken == 500)
		loop_release(loop);
	semaphore_post(&next_post);
	return 0;
}

static void *post_one_by_one(void *arg)
{
	struct loop_call *call = arg;

	for (int i = 0; i < 500; i++) {
		must_zero(loop_post(loop, call));
		semaphore_wait(&next_post, CLOCK_NEVER);
	}
	return NULL;
}

START_TEST(no_wake_up_is_lost)
{
	struct loop_call call = {.fn = count_wake};
	pthread_t thread;

	setup();
	semaphore_init(&next_post, SEMAPHORE_PRIVATE, 0);
	loop_hold(loop);
	thread = start(post_one_by_one, &call);
	ck_assert_int_eq(loop_run(loop), 0);
	must_zero(pthread_join(thread, NULL));
	loop_destroy(loop);
}
END_TEST

static struct loop_call from_handler = {.fn = let_go};

static void post_in_handler(int number)
{
	int error = errno;

	(void)number;
	must_zero(loop_post(loop, &from_handler));
	loop_wake(loop);
	must(errno == error);
}

static void *send_signal(void *arg)
{
	must_zero(pthread_kill(*(pthread_t *)arg, SIGUSR1));
	return NULL;
}

START_TEST(b21_a_signal_handler_may_post_and_wake)
{
	struct sigaction action = {.sa_handler = post_in_handler};
	pthread_t self = pthread_self(), thread;

	setup();
	must_zero(sigaction(SIGUSR1, &action, NULL));
	loop_hold(loop);
	thread = start(send_signal, &self);
	ck_assert_int_eq(loop_run(loop), 0);
	must_zero(pthread_join(thread, NULL));
	loop_destroy(loop);
}
END_TEST

START_TEST(wake_makes_the_loop_go_round_once)
{
	struct loop_timer far = {.call = NOTE("far")};

	setup();
	loop_stop(loop);
	loop_timer_start(loop, &far, loop_now(loop) + 3600 * CLOCK_NS_PER_S);
	loop_wake(loop);
	ck_assert_int_eq(loop_run(loop), LOOP_STOPPED);
	loop_timer_stop(loop, &far);
	loop_destroy(loop);
}
END_TEST

static int ndropped;

static int count_drop(void *arg)
{
	(void)arg;
	ndropped++;
	return 0;
}

START_TEST(b19_a_late_post_finds_a_closed_inbox)
{
	struct loop_call early = {.fn = note, .arg = "x", .drop = count_drop};
	struct loop_call late = early;

	setup();
	loop_ref(loop);
	ck_assert_int_eq(loop_post(loop, &early), 0);
	loop_destroy(loop);
	ck_assert_int_eq(ndropped, 1);
	ck_assert_int_eq(loop_post(loop, &late), -EPIPE);
	loop_wake(loop);
	loop_unref(loop);
	ck_assert_int_eq(ndropped, 1);
	ck_assert_str_eq(events, "");
}
END_TEST

/* Each post is run, dropped or refused; none is two of these, or none. */
static int nran, nrefused;

static int count_run(void *arg)
{
	(void)arg;
	nran++;
	return 0;
}

static void *post_until_refused(void *arg)
{
	struct post *mine = arg;
	int i = 0;

	while (i < NPOSTS && loop_post(loop, &mine[i].call) == 0)
		i++;
	nrefused = NPOSTS - i;
	loop_unref(loop);
	return NULL;
}

START_TEST(b19_a_loop_destroyed_under_its_posters_loses_nothing)
{
	for (int round = 0; round < 50; round++) {
		pthread_t thread;

		setup();
		nran = ndropped = nrefused = 0;
		for (int i = 0; i < NPOSTS; i++)
			posts[0][i].call = (struct loop_call){
				.fn = count_run, .drop = count_drop};
		loop_ref(loop);
		thread = start(post_until_refused, posts[0]);
		for (int i = 0; i < round; i++)
			loop_run(loop);
		loop_destroy(loop);
		must_zero(pthread_join(thread, NULL));
		ck_assert_int_eq(nran + ndropped + nrefused, NPOSTS);
	}
}
END_TEST

/* H18 */
struct own_loop {
	int nticks;
	struct loop *loop;
	struct loop_timer timer;
};

static int count_tick(void *arg)
{
	struct own_loop *own = arg;

	must(loop_current() == own->loop);
	if (++own->nticks == 1000)
		return 0;
	return loop_timer_start(
		own->loop, &own->timer, loop_now(own->loop) + 10);
}

static void *run_own_loop(void *arg)
{
	const struct loop_rules rules = {.virtual_time = true};
	struct own_loop *own = arg;

	must_zero(loop_create(&rules, &own->loop));
	own->timer.call = (struct loop_call){.fn = count_tick, .arg = own};
	loop_timer_start(own->loop, &own->timer, 10);
	barrier_wait(&gate);
	must_zero(loop_run(own->loop));
	must(loop_now(own->loop) == 10000);
	loop_destroy(own->loop);
	return NULL;
}

START_TEST(h18_two_loops_in_two_threads_are_independent)
{
	struct own_loop owns[2] = {0};
	pthread_t threads[2];

	barrier_init(&gate, 2);
	for (int i = 0; i < 2; i++)
		threads[i] = start(run_own_loop, &owns[i]);
	for (int i = 0; i < 2; i++)
		must_zero(pthread_join(threads[i], NULL));
	ck_assert_int_eq(owns[0].nticks, 1000);
	ck_assert_int_eq(owns[1].nticks, 1000);
	barrier_fini(&gate);
}
END_TEST

int main(void)
{
	return suite_run("loop_post", 60,
		(const TTest *const[]){
			b18_a_post_wakes_a_loop_that_sleeps,
			b18_a_post_comes_before_what_the_loop_makes_ready_later,
			b18_posts_of_one_thread_keep_their_order,
			no_wake_up_is_lost,
			b21_a_signal_handler_may_post_and_wake,
			wake_makes_the_loop_go_round_once,
			b19_a_late_post_finds_a_closed_inbox,
			b19_a_loop_destroyed_under_its_posters_loses_nothing,
			h18_two_loops_in_two_threads_are_independent,
			NULL,
		});
}
