/* Waking a scanner: by the kernel, by FIFOs; nothing is slept through. */
#include "lib/fsq_watch.h"

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "lib/clock.h"
#include "lib/fsq_rate.h"
#include "lib/fsq_scan.h"
#include "lib/fsq_trigger.h"
#include "tests/fsq_fault.h"
#include "tests/fsq_place.h"

/* Z10 */
START_TEST(z10_a_trigger)
{
	struct place place;
	struct fsq_listener listener;
	struct pollfd pulled;

	place_open(&place);
	ck_assert_int_eq(fsq_trigger_pull(place.fsq), -ENOENT);
	ck_assert_int_eq(fsq_trigger_listen(place.fsq, &listener), -ENOENT);
	ck_assert_int_eq(fsq_trigger_make(place.fsq), 0);
	ck_assert_int_eq(fsq_trigger_make(place.fsq), 0);
	ck_assert_int_eq(fsq_trigger_pull(place.fsq), -ENXIO);
	ck_assert_int_eq(fsq_trigger_listen(place.fsq, &listener), 0);
	pulled = (struct pollfd){.fd = listener.fd, .events = POLLIN};
	ck_assert_int_eq(poll(&pulled, 1, 0), 0);
	for (int i = 0; i < 70000; i++) /* more than it holds */
		ck_assert_int_eq(fsq_trigger_pull(place.fsq), 0);
	ck_assert_int_eq(poll(&pulled, 1, 0), 1);
	fsq_trigger_clear(&listener);
	ck_assert_int_eq(poll(&pulled, 1, 0), 0);
	fsq_trigger_close(&listener);
	ck_assert_int_eq(fsq_trigger_pull(place.fsq), -ENXIO);
	ck_assert_int_eq(fsq_trigger_remove(place.fsq), 0);
	ck_assert_int_eq(fsq_trigger_remove(place.fsq), 0);
	place_close(&place);
}
END_TEST

/* What stands in its place is not written to. */
START_TEST(z10_no_fifo)
{
	struct place place;
	char path[128];
	struct stat st;

	place_open(&place);
	snprintf(path, sizeof(path), "%s/q/trigger-s", place.root);
	ck_assert_int_eq(close(open(path, O_CREAT | O_WRONLY, 0600)), 0);
	ck_assert_int_eq(fsq_trigger_pull(place.fsq), -EINVAL);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_size, 0);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(symlink("/dev/null", path), 0);
	ck_assert_int_eq(fsq_trigger_pull(place.fsq), -EINVAL);
	place_close(&place);
}
END_TEST

static struct fsq_listener leaving;

static void leave(void *arg)
{
	(void)arg;
	fsq_trigger_close(&leaving);
}

/* The listener goes after we have opened: no signal kills us. */
START_TEST(z10_a_listener_that_goes)
{
	struct fault fault = {.call = FSQ_FSTAT, .meanwhile = leave};
	struct place place;

	place_open(&place);
	ck_assert_int_eq(fsq_trigger_make(place.fsq), 0);
	ck_assert_int_eq(fsq_trigger_listen(place.fsq, &leaving), 0);
	fault_set(&fault);
	ck_assert_int_eq(fsq_trigger_pull(place.fsq), -ENXIO);
	fault_clear();
	ck_assert_int_eq(fault.nfaults, 1);
	place_close(&place);
}
END_TEST

static struct fsq_watch *watch_of(struct fsq **queues, size_t n)
{
	struct fsq_watch *watch;

	ck_assert_int_eq(fsq_watch_open(queues, n, &watch), 0);
	ck_assert(!fsq_watch_is_blind(watch));
	return watch;
}

/* Z19: between the clearing and the wait it may come at any moment. */
START_TEST(z19_nothing_is_slept_through)
{
	struct place place;
	struct fsq_watch *watch;
	struct fsq_item item;
	char id[FSQ_NAME_SIZE];

	place_open(&place);
	watch = watch_of(&place.fsq, 1);
	ck_assert_int_eq(fsq_watch_wait(watch, 0), 0);
	enqueue(place.fsq, "a", NULL, id);
	ck_assert_int_eq(fsq_watch_wait(watch, CLOCK_NEVER), 1);
	ck_assert_int_eq(fsq_watch_wait(watch, CLOCK_NEVER), 1);
	fsq_watch_clear(watch);
	ck_assert_int_eq(fsq_watch_wait(watch, 0), 0);
	ck_assert_int_eq(fsq_claim(place.fsq, id, &item), 0);
	ck_assert_int_eq(fsq_watch_wait(watch, 0), 0);
	ck_assert_int_eq(fsq_finish(&item, FSQ_END_RETRY, NULL), 0);
	ck_assert_int_eq(fsq_watch_wait(watch, CLOCK_NEVER), 1);
	fsq_watch_close(watch);
	place_close(&place);
}
END_TEST

START_TEST(going_up_wakes)
{
	struct place place;
	struct fsq_watch *watch;

	place_open(&place);
	ck_assert_int_eq(fsq_down(place.fsq), 0);
	watch = watch_of(&place.fsq, 1);
	ck_assert_int_eq(fsq_up(place.fsq), 0);
	ck_assert_int_eq(fsq_watch_wait(watch, CLOCK_NEVER), 1);
	fsq_watch_close(watch);
	place_close(&place);
}
END_TEST

START_TEST(fifos_wake_too)
{
	const struct fsq_install plain = {0};
	struct place place;
	struct fsq *queues[3];
	struct fsq_watch *watch;

	place_open(&place);
	queues[0] = place.fsq;
	ck_assert_int_eq(fsq_host_add(place.fsq, "a", &plain), 0);
	ck_assert_int_eq(fsq_host_add(place.fsq, "b", &plain), 0);
	ck_assert_int_eq(fsq_open_host(place.fsq, "a", &queues[1]), 0);
	ck_assert_int_eq(fsq_open_host(place.fsq, "b", &queues[2]), 0);
	ck_assert_int_eq(fsq_trigger_make(place.fsq), 0);
	ck_assert_int_eq(fsq_trigger_make(queues[1]), 0);
	watch = watch_of(queues, 3);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(fsq_watch_wait(watch, 0), 0);
		ck_assert_int_eq(fsq_trigger_pull(queues[i]), 0);
		ck_assert_int_eq(fsq_watch_wait(watch, CLOCK_NEVER), 1);
		fsq_watch_clear(watch);
		enqueue(queues[i], "a", NULL, NULL);
		ck_assert_int_eq(fsq_watch_wait(watch, CLOCK_NEVER), 1);
		fsq_watch_clear(watch);
	}
	fsq_watch_close(watch);
	fsq_close(queues[1]);
	fsq_close(queues[2]);
	place_close(&place);
}
END_TEST

enum {
	NENQUEUED = 300
};

static void enqueue_all(struct place *place)
{
	place_reopen(place);
	for (int i = 0; i < NENQUEUED; i++) {
		if (fsq_enqueue(place->fsq, NULL, 0, "x", 1, NULL))
			_exit(1);
	}
	fsq_close(place->fsq);
	_exit(0);
}

/* Z19: a scanner that only ever wakes by the watch gets all. */
START_TEST(z19_a_scanner_that_waits_gets_all)
{
	const struct fsq_scan_options usual = {0};
	struct place place;
	struct fsq_watch *watch;
	struct fsq_scan *scan;
	struct fsq_item item;
	int n = 0, status;
	pid_t pid;

	place_open(&place);
	place.rules.fast = true;
	watch = watch_of(&place.fsq, 1);
	ck_assert_int_eq(fsq_scan_open(&place.fsq, 1, &usual, &scan), 0);
	pid = fork();
	if (pid == 0) {
		fsq_scan_close(scan);
		fsq_watch_close(watch);
		enqueue_all(&place);
	}
	while (n < NENQUEUED) {
		ck_assert_int_eq(fsq_watch_wait(watch, CLOCK_NEVER), 1);
		fsq_watch_clear(watch);
		ck_assert_int_eq(fsq_scan_list(scan), 0);
		while (fsq_scan_next(scan, &item) == FSQ_SCAN_ITEM) {
			fsq_finish(&item, FSQ_END_DONE, NULL);
			n++;
		}
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	fsq_scan_close(scan);
	fsq_watch_close(watch);
	place_close(&place);
}
END_TEST

START_TEST(z24_a_rate)
{
	struct fsq_rate rate = {0};

	ck_assert_uint_eq(fsq_rate_take(&rate, 5), 0);
	ck_assert_uint_eq(fsq_rate_take(&rate, 5), 0);
	fsq_rate_init(&rate, 10);
	ck_assert_uint_eq(fsq_rate_take(&rate, 1000000000), 0);
	ck_assert_uint_eq(fsq_rate_take(&rate, 1000000000), 1100000000);
	ck_assert_uint_eq(fsq_rate_take(&rate, 1099999999), 1100000000);
	/* A little late: the next is not later for it. */
	ck_assert_uint_eq(fsq_rate_take(&rate, 1130000000), 0);
	ck_assert_uint_eq(fsq_rate_take(&rate, 1130000000), 1200000000);
	/* After a pause: no burst. */
	ck_assert_uint_eq(fsq_rate_take(&rate, 9000000000), 0);
	ck_assert_uint_eq(fsq_rate_take(&rate, 9000000000), 9100000000);
}
END_TEST

int main(void)
{
	return suite_run("fsq_watch", 60,
		(const TTest *const[]){
			z10_a_trigger,
			z10_no_fifo,
			z10_a_listener_that_goes,
			z19_nothing_is_slept_through,
			going_up_wakes,
			fifos_wake_too,
			z19_a_scanner_that_waits_gets_all,
			z24_a_rate,
			NULL,
		});
}
