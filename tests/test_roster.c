#include "lib/roster.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/roster_impl.h"
#include "lib/sync.h"
#include "tests/suite.h"

enum {
	SIZE = 3,
	NROUNDS = 2000
};

/* The row of that name, as it is now. */
struct search {
	const char *name;
	struct roster_row row;
	unsigned nfound;
};

static void compare_name(const struct roster_row *row, void *arg)
{
	struct search *search = arg;

	if (strcmp(row->name, search->name) == 0) {
		search->row = *row;
		search->nfound++;
	}
}

static struct search look_for(const char *name)
{
	struct search search = {.name = name};

	roster_each(compare_name, &search);
	return search;
}

/* Who waits for a lock has done all it can: no luck is needed. */
static struct roster_row await_mutex(const char *name)
{
	struct search search = look_for(name);

	while (strncmp(search.row.waits_for, "mutex", 5) != 0) {
		sched_yield();
		search = look_for(name);
	}
	return search.row;
}

START_TEST(a_thread_is_there_from_enter_to_leave)
{
	struct search search;

	ck_assert_ptr_null(roster_self());
	roster_enter("a name much longer than there is room for");
	search = look_for("a name much longer than");
	ck_assert_uint_eq(search.nfound, 1);
	ck_assert_int_eq(search.row.id, getpid());
	ck_assert(search.row.is_thread);
	ck_assert_str_eq(search.row.state, "running");
	ck_assert(!search.row.waits);
	ck_assert_str_eq(search.row.holds, "");
	roster_leave();
	ck_assert_uint_eq(look_for("a name much longer than").nfound, 0);
	ck_assert_ptr_null(roster_self());
}
END_TEST

/* Threads 0, 1, ... in a ring of locks: each takes its own, then the next. */
struct ring {
	struct barrier all_have_one;
	struct mutex locks[SIZE];
	struct roster_thing names[SIZE];
	atomic_bool patient, stop;
	struct member {
		struct ring *ring;
		pthread_t thread;
		int index;
		int result;
	} members[SIZE];
};

static const char *const task_names[] = {"ann", "bob", "cid"};
static const char *const lock_names[] = {"A", "B", "C"};

/* The circle opens and closes until it is told to stop. */
static uint64_t patience(struct ring *ring)
{
	return atomic_load(&ring->patient) ? CLOCK_NEVER
					   : clock_now() + 20 * CLOCK_NS_PER_MS;
}

static void *take_two(void *arg)
{
	struct member *me = arg;
	struct ring *ring = me->ring;
	struct mutex *next = &ring->locks[(me->index + 1) % SIZE];

	roster_enter(task_names[me->index]);
	mutex_lock(&ring->locks[me->index]);
	barrier_wait(&ring->all_have_one);
	do
		me->result = mutex_lock_until(next, patience(ring));
	while (me->result == -ETIMEDOUT && !atomic_load(&ring->stop));
	if (me->result == 0)
		mutex_unlock(next);
	mutex_unlock(&ring->locks[me->index]);
	roster_leave();
	return NULL;
}

static void start_ring(struct ring *ring, int n)
{
	barrier_init(&ring->all_have_one, (unsigned)n);
	for (int i = 0; i < SIZE; i++)
		mutex_name(&ring->locks[i], &ring->names[i], lock_names[i]);
	for (int i = 0; i < n; i++) {
		struct member *member = &ring->members[i];

		*member = (struct member){.ring = ring, .index = i};
		ck_assert_int_eq(
			pthread_create(&member->thread, NULL, take_two, member),
			0);
	}
}

static void join_ring(struct ring *ring, int n)
{
	for (int i = 0; i < n; i++)
		pthread_join(ring->members[i].thread, NULL);
	for (int i = 0; i < SIZE; i++)
		roster_unname(&ring->names[i]);
	barrier_fini(&ring->all_have_one);
}

START_TEST(who_holds_what_and_waits_for_what)
{
	struct ring ring = {.patient = true};
	struct roster_edge edges[SIZE];
	struct roster_row row;

	roster_enter("main");
	mutex_lock(&ring.locks[2]);
	start_ring(&ring, 2);
	row = await_mutex("bob");
	ck_assert_str_eq(row.state, "waiting");
	ck_assert_str_eq(row.holds, "B");
	ck_assert_str_eq(row.waits_for, "mutex C, held by main");
	ck_assert(!row.timed);
	row = await_mutex("ann");
	ck_assert_str_eq(row.holds, "A");
	ck_assert_str_eq(row.waits_for, "mutex B, held by bob");
	ck_assert_str_eq(look_for("main").row.holds, "C");
	/* A chain of waits is no circle. */
	ck_assert_uint_eq(roster_find_deadlock(edges, SIZE), 0);
	mutex_unlock(&ring.locks[2]);
	join_ring(&ring, 2);
	ck_assert_int_eq(ring.members[0].result, 0);
	ck_assert_int_eq(ring.members[1].result, 0);
	roster_leave();
}
END_TEST

static void check_edge(const struct roster_edge *edge, int task)
{
	ck_assert_str_eq(edge->task, task_names[task]);
	ck_assert_str_eq(edge->holds + strlen("mutex "), lock_names[task]);
	ck_assert_str_eq(
		edge->wants + strlen("mutex "), lock_names[(task + 1) % SIZE]);
	ck_assert(edge->timed);
}

START_TEST(l7_a_circle_of_waits_is_found_and_spelled)
{
	struct ring ring = {.patient = false};
	struct roster_edge edges[SIZE];
	int first = 0, ntimed_out = 0;

	start_ring(&ring, SIZE);
	while (roster_find_deadlock(edges, SIZE) != SIZE)
		sched_yield();
	while (strcmp(edges[0].task, task_names[first]))
		first++;
	for (int i = 0; i < SIZE; i++)
		check_edge(&edges[i], (first + i) % SIZE);
	atomic_store(&ring.stop, true);
	join_ring(&ring, SIZE);
	for (int i = 0; i < SIZE; i++)
		ntimed_out += ring.members[i].result == -ETIMEDOUT;
	ck_assert_int_ge(ntimed_out, 1);
	ck_assert_uint_eq(roster_find_deadlock(edges, SIZE), 0);
}
END_TEST

/* What is no thread: its numbers, its states, and locks that it owns. */
START_TEST(tasks_within_a_thread_take_part)
{
	struct roster_task one, two;
	_Atomic pid_t owner_of_x = 0, owner_of_y = 0;
	struct roster_thing x;
	struct roster_edge edges[2];

	roster_add(&one, "one");
	roster_add(&two, "two");
	ck_assert_int_gt(roster_id(&one), 1 << 22);
	ck_assert_int_ne(roster_id(&one), roster_id(&two));
	ck_assert_str_eq(look_for("one").row.state, "ready");
	roster_set_state(&one, "suspended");
	ck_assert_str_eq(look_for("one").row.state, "suspended");
	roster_name(&x, "x", &owner_of_x, &owner_of_x);
	owner_of_x = roster_id(&one);
	owner_of_y = roster_id(&two);
	roster_wait_begin(&one, &(struct roster_wait){"event", &owner_of_y,
					&owner_of_y, CLOCK_NEVER});
	ck_assert_uint_eq(roster_find_deadlock(edges, 2), 0);
	roster_wait_begin(&two, &(struct roster_wait){"event", &owner_of_x,
					&owner_of_x, CLOCK_NEVER});
	ck_assert_str_eq(look_for("two").row.waits_for, "event x, held by one");
	ck_assert_uint_eq(roster_find_deadlock(edges, 1), 2);
	ck_assert_str_eq(edges[0].task, "one");
	ck_assert_str_eq(edges[0].holds, "event x");
	ck_assert(!edges[0].timed);
	roster_wait_end(&two);
	ck_assert_uint_eq(roster_find_deadlock(edges, 2), 0);
	roster_wait_end(&one);
	ck_assert_str_eq(look_for("one").row.state, "suspended");
	roster_unname(&x);
	roster_remove(&one);
	ck_assert_uint_eq(look_for("one").nfound, 0);
	roster_remove(&two);
}
END_TEST

START_TEST(of_waits_within_waits_the_outermost_is_shown)
{
	const struct roster_wait outer = {.what = "queue", .object = &outer};
	const struct roster_wait inner = {.what = "mutex", .object = &inner};
	struct roster_task task;
	struct roster_thing thing;

	roster_add(&task, "task");
	roster_name(&thing, "jobs", &outer, NULL);
	roster_wait_begin(&task, &outer);
	roster_wait_begin(&task, &inner);
	ck_assert_str_eq(look_for("task").row.waits_for, "queue jobs");
	roster_wait_end(&task);
	ck_assert_str_eq(look_for("task").row.waits_for, "queue jobs");
	roster_wait_end(&task);
	ck_assert(!look_for("task").row.waits);
	roster_wait_begin(NULL, &outer);
	roster_wait_end(NULL);
	roster_unname(&thing);
	roster_remove(&task);
}
END_TEST

/* What was written, by whomever. */
static char written[1 << 16];
static atomic_size_t nwritten;

static void remember(const char *text, size_t size)
{
	size_t at = atomic_fetch_add(&nwritten, size);

	if (at + size < sizeof(written))
		memcpy(written + at, text, size);
}

static void print_now(int signal_number)
{
	(void)signal_number;
	roster_print(remember);
}

START_TEST(a_handler_never_waits_for_the_table)
{
	signal(SIGUSR1, print_now);
	roster_enter("main");
	roster_lock_table();
	raise(SIGUSR1);
	raise(SIGUSR1);
	ck_assert_uint_eq(nwritten, 0);
	roster_unlock_table();
	ck_assert_ptr_nonnull(strstr(written, "\nmain "));
	roster_leave();
}
END_TEST

START_TEST(the_text_names_the_deadlock)
{
	struct ring ring = {.patient = false};

	start_ring(&ring, SIZE);
	while (!strstr(written, "\ndeadlock: ")) {
		atomic_store(&nwritten, 0);
		memset(written, 0, sizeof(written));
		roster_print(remember);
	}
	atomic_store(&ring.stop, true);
	ck_assert_ptr_nonnull(strstr(written, "\nann "));
	ck_assert_ptr_nonnull(strstr(written,
		"\ndeadlock: bob holds mutex B and waits for mutex C"));
	join_ring(&ring, SIZE);
}
END_TEST

START_TEST(a_child_has_the_row_of_who_forked_it)
{
	struct roster_task task;
	int status;
	pid_t pid;

	roster_enter("parent");
	roster_add(&task, "task");
	pid = fork();
	if (pid == 0)
		_exit(look_for("parent").row.id != getpid() ||
			look_for("task").nfound != 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_uint_eq(look_for("task").nfound, 1);
	roster_remove(&task);
	roster_leave();
}
END_TEST

static atomic_bool over;

static void *come_and_go(void *arg)
{
	struct mutex *mutex = arg;
	struct roster_thing thing;

	while (!atomic_load(&over)) {
		struct mutex own = {0};

		roster_enter("fly");
		mutex_name(&own, &thing, "own");
		mutex_lock(&own);
		mutex_lock(mutex);
		mutex_unlock(mutex);
		mutex_unlock(&own);
		roster_unname(&thing);
		mutex_fini(&own);
		roster_leave();
	}
	return NULL;
}

/* Nothing is a deadlock that is none, whatever moment the looks fall on. */
START_TEST(looking_while_all_of_it_changes)
{
	struct mutex mutex = {0};
	struct roster_edge edges[SIZE];
	pthread_t threads[SIZE];

	signal(SIGUSR1, print_now);
	for (int i = 0; i < SIZE; i++)
		ck_assert_int_eq(
			pthread_create(&threads[i], NULL, come_and_go, &mutex),
			0);
	for (int i = 0; i < NROUNDS; i++) {
		ck_assert_uint_eq(roster_find_deadlock(edges, SIZE), 0);
		pthread_kill(threads[i % SIZE], SIGUSR1);
	}
	atomic_store(&over, true);
	for (int i = 0; i < SIZE; i++)
		pthread_join(threads[i], NULL);
	mutex_fini(&mutex);
}
END_TEST

int main(void)
{
	return suite_run("roster", 60,
		(const TTest *const[]){
			a_thread_is_there_from_enter_to_leave,
			who_holds_what_and_waits_for_what,
			l7_a_circle_of_waits_is_found_and_spelled,
			tasks_within_a_thread_take_part,
			of_waits_within_waits_the_outermost_is_shown,
			a_handler_never_waits_for_the_table,
			the_text_names_the_deadlock,
			a_child_has_the_row_of_who_forked_it,
			looking_while_all_of_it_changes,
			NULL,
		});
}
