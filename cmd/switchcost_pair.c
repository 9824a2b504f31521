/* The costs that come with a second thread or process. */
#include "cmd/switchcost.h"

#include "lib/clock.h"
#include "lib/proc.h"
#include "lib/sync.h"
#include "lib/team.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

enum {
	LINE = 64 /* bytes that processors pass to each other at once */
};

/* Two numbers on one line of the cache, and two on lines of their own. */
struct numbers {
	_Alignas(2 * LINE) _Atomic uint64_t together[2];
	_Alignas(2 * LINE) _Atomic uint64_t first;
	_Alignas(2 * LINE) _Atomic uint64_t second;
};

struct pair {
	struct numbers numbers;
	void (*repeat)(struct pair *pair, unsigned me);
	uint64_t n;
	bool same_cpu;
	bool never_waits; /* so its own time is what counts */
	bool alone; /* the other one could not be started */
	struct mutex lock;
	struct semaphore turn[2];
	struct barrier barrier;
	uint64_t start, end; /* by member 0 */
};

/* The calling thread only runs on the first CPU that it may run on. */
static void stay_on_one_cpu(void)
{
	cpu_set_t all, one;

	CPU_ZERO(&one);
	if (sched_getaffinity(0, sizeof(all), &all) < 0)
		return;
	for (int i = 0; i < CPU_SETSIZE && !CPU_COUNT(&one); i++)
		if (CPU_ISSET(i, &all))
			CPU_SET(i, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

/* Without what others do on this machine, where that can be told apart. */
static uint64_t now(const struct pair *pair)
{
	return pair->never_waits ? clock_thread_busy() : clock_now();
}

static void take_part(void *arg, unsigned index, unsigned size)
{
	struct pair *pair = arg;

	if (size < 2) {
		pair->alone = true;
		return;
	}
	if (pair->same_cpu)
		stay_on_one_cpu();
	barrier_wait(&pair->barrier);
	if (index == 0)
		pair->start = now(pair);
	pair->repeat(pair, index);
	if (index == 0 && pair->never_waits)
		pair->end = now(pair);
	barrier_wait(&pair->barrier);
	if (index == 0 && !pair->never_waits)
		pair->end = now(pair);
}

static int run_pair(struct pair *pair, uint64_t n, uint64_t *ns)
{
	struct team *team;
	int status;

	pair->n = n;
	barrier_init(&pair->barrier, 2);
	status = team_start(2, "cost", take_part, pair, &team);
	if (status == 0) {
		team_destroy(team);
		status = pair->alone ? -EAGAIN : 0;
	}
	barrier_fini(&pair->barrier);
	*ns = pair->end - pair->start;
	return status;
}

static void add_apart(struct pair *pair, unsigned me)
{
	struct numbers *numbers = &pair->numbers;
	_Atomic uint64_t *mine = me ? &numbers->second : &numbers->first;

	for (uint64_t i = 0; i < pair->n; i++)
		atomic_fetch_add(mine, 1);
}

int cost_apart(uint64_t n, uint64_t *ns)
{
	struct pair pair = {.repeat = add_apart, .never_waits = true};

	return run_pair(&pair, n, ns);
}

static void add_together(struct pair *pair, unsigned me)
{
	for (uint64_t i = 0; i < pair->n; i++)
		atomic_fetch_add(&pair->numbers.together[me], 1);
}

int cost_false_sharing(uint64_t n, uint64_t *ns)
{
	struct pair pair = {.repeat = add_together, .never_waits = true};

	return run_pair(&pair, n, ns);
}

static void add_to_one(struct pair *pair, unsigned me)
{
	(void)me;
	for (uint64_t i = 0; i < pair->n; i++)
		atomic_fetch_add(&pair->numbers.first, 1);
}

int cost_atomic_contended(uint64_t n, uint64_t *ns)
{
	struct pair pair = {.repeat = add_to_one, .never_waits = true};

	return run_pair(&pair, n, ns);
}

static void lock_one(struct pair *pair, unsigned me)
{
	(void)me;
	for (uint64_t i = 0; i < pair->n; i++) {
		mutex_lock(&pair->lock);
		mutex_unlock(&pair->lock);
	}
}

int cost_lock_contended(uint64_t n, uint64_t *ns)
{
	struct pair pair = {.repeat = lock_one};

	return run_pair(&pair, n, ns);
}

/* Each turn is one hand-over; of n the first member makes the odd ones. */
static void take_turns(struct pair *pair, unsigned me)
{
	for (uint64_t i = 0; i < pair->n; i++) {
		if (i % 2 == me)
			semaphore_post(&pair->turn[1 - me]);
		else
			semaphore_wait(&pair->turn[me], CLOCK_NEVER);
	}
}

int cost_handover(uint64_t n, uint64_t *ns)
{
	struct pair pair = {.repeat = take_turns};

	return run_pair(&pair, n, ns);
}

int cost_handover_same_cpu(uint64_t n, uint64_t *ns)
{
	struct pair pair = {.repeat = take_turns, .same_cpu = true};

	return run_pair(&pair, n, ns);
}

static void do_nothing(void *arg, unsigned index, unsigned size)
{
	(void)arg;
	(void)index;
	(void)size;
}

int cost_thread(uint64_t n, uint64_t *ns)
{
	uint64_t start = clock_now();
	struct team *team;
	int status = 0;

	for (uint64_t i = 0; i < n && status == 0; i++) {
		status = team_start(1, "cost", do_nothing, NULL, &team);
		if (status == 0)
			team_destroy(team);
	}
	*ns = clock_now() - start;
	return status;
}

static int end_at_once(void *arg)
{
	(void)arg;
	return 0;
}

int cost_process(uint64_t n, uint64_t *ns)
{
	uint64_t start = clock_now();
	struct proc proc;
	int status = 0;

	for (uint64_t i = 0; i < n && status == 0; i++) {
		status = proc_start(&proc, end_at_once, NULL);
		if (status == 0)
			proc_wait(&proc, NULL);
	}
	*ns = clock_now() - start;
	return status;
}

/* A pipe there and one back: what each end reads from and writes to. */
struct line {
	int there[2], back[2];
};

static int answer(void *arg)
{
	const struct line *line = arg;
	char byte;

	close(line->there[1]);
	close(line->back[0]);
	while (read(line->there[0], &byte, 1) == 1)
		if (write(line->back[1], &byte, 1) != 1)
			break;
	return 0;
}

static int ask(const struct line *line, uint64_t n)
{
	char byte = 0;

	for (uint64_t i = 0; i < n; i += 2)
		if (write(line->there[1], &byte, 1) != 1 ||
			read(line->back[0], &byte, 1) != 1)
			return -EIO;
	return 0;
}

static int converse(struct line *line, uint64_t n, uint64_t *ns)
{
	struct proc proc;
	int status = proc_start(&proc, answer, line);

	if (status == 0) {
		uint64_t start = clock_now();

		status = ask(line, n);
		*ns = clock_now() - start;
		proc_kill(&proc, SIGKILL);
		proc_wait(&proc, NULL);
	}
	return status;
}

static int converse_through_pipes(uint64_t n, uint64_t *ns)
{
	struct line line;
	int status;

	if (pipe2(line.there, O_CLOEXEC) < 0)
		return -errno;
	if (pipe2(line.back, O_CLOEXEC) < 0) {
		status = -errno;
	} else {
		status = converse(&line, n, ns);
		close(line.back[0]);
		close(line.back[1]);
	}
	close(line.there[0]);
	close(line.there[1]);
	return status;
}

int cost_process_same_cpu(uint64_t n, uint64_t *ns)
{
	cpu_set_t before;
	bool known = sched_getaffinity(0, sizeof(before), &before) == 0;
	int status;

	stay_on_one_cpu();
	status = converse_through_pipes(n, ns);
	if (known)
		sched_setaffinity(0, sizeof(before), &before);
	return status;
}
