/*
 * R35: 100,000 tasks at once, and then until it fails: who has begun goes on,
 * and the memory comes back.
 */
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/sanitizer.h"
#include "lib/task_event.h"
#include "tests/green.h"

enum {
	MANY = 100000,
	/* TSan takes each for a thread, and has room for about 8,000. */
	MANY_WHEN_SLOW = 2000,
	GROWTH_MOST = 4 << 20,
	ROOM = 64 << 20 /* of address space: for some hundred stacks */
};

static struct task_event go;
static size_t nbegun, nended;

BODY(wait_for_go)
{
	int status;

	UNUSED_BODY_ARGS;
	nbegun++;
	status = task_event_wait(&go, CLOCK_NEVER);
	nended++;
	return status;
}

static bool is_slow(void)
{
	return SANITIZER_THREAD || SANITIZER_ADDRESS || RUNNING_ON_VALGRIND;
}

/* Until it fails, too: returns how many there are. */
static size_t spawn_up_to(size_t wanted, int *status)
{
	size_t n = 0;

	task_event_init(&go, tasks, "go");
	nbegun = nended = 0;
	*status = 0;
	while (n < wanted && *status == 0) {
		*status = task_spawn(tasks, "many", wait_for_go, NULL, NULL);
		n += *status == 0;
	}
	must_zero(task_yield());
	must(nbegun == n);
	return n;
}

static void let_all_end(void)
{
	size_t n = nbegun;

	must_zero(task_event_set(&go));
	while (nended < n)
		must_zero(task_yield());
}

static size_t resident_bytes(void)
{
	unsigned long total = 0, resident = 0;
	FILE *statm = fopen("/proc/self/statm", "r");

	must(statm && fscanf(statm, "%lu %lu", &total, &resident) == 2);
	fclose(statm);
	return resident * (size_t)sysconf(_SC_PAGESIZE);
}

/* With what free() has kept given back. */
static size_t memory(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
	return resident_bytes();
}

BODY(come_and_go)
{
	size_t wanted = is_slow() ? MANY_WHEN_SLOW : MANY, before;
	int status;

	UNUSED_BODY_ARGS;
	must(spawn_up_to(10, &status) == 10);
	let_all_end();
	before = memory();
	for (int i = 0; i < 2; i++) {
		must(spawn_up_to(wanted, &status) == wanted);
		let_all_end();
	}
	must(is_slow() || memory() <= before + GROWTH_MOST);
	return 0;
}

START_TEST(r35_a_hundred_thousand_come_and_go_and_leave_no_memory)
{
	ck_assert_int_eq(green_run(come_and_go, NULL), 0);
}
END_TEST

static void leave_room_for(size_t bytes)
{
	unsigned long npages = 0;
	FILE *statm = fopen("/proc/self/statm", "r");
	struct rlimit limit;

	must(statm && fscanf(statm, "%lu", &npages) == 1);
	fclose(statm);
	must_zero(getrlimit(RLIMIT_AS, &limit));
	limit.rlim_cur = npages * (size_t)sysconf(_SC_PAGESIZE) + bytes;
	must_zero(setrlimit(RLIMIT_AS, &limit));
}

BODY(spawn_until_it_fails)
{
	struct rlimit unlimited;
	size_t n;
	int status;

	UNUSED_BODY_ARGS;
	must_zero(getrlimit(RLIMIT_AS, &unlimited));
	leave_room_for(ROOM);
	n = spawn_up_to(SIZE_MAX, &status);
	must(n > 0 && (status == -ENOMEM || status == -EAGAIN));
	let_all_end();
	must(spawn_up_to(1, &status) == 1); /* on a stack that came back */
	let_all_end();
	return setrlimit(RLIMIT_AS, &unlimited);
}

/* Sanitizers need the address space for themselves. */
START_TEST(r35_until_it_fails_and_who_has_begun_goes_on)
{
	if (!is_slow())
		ck_assert_int_eq(green_run(spawn_until_it_fails, NULL), 0);
}
END_TEST

int main(void)
{
	return suite_run("task_many", 120,
		(const TTest *const[]){
			r35_a_hundred_thousand_come_and_go_and_leave_no_memory,
			r35_until_it_fails_and_who_has_begun_goes_on,
			NULL,
		});
}
