/* A mutex belongs to the thread that locked it. A semaphore belongs to none. */
#include "cmd/exit.h"
#include "cmd/lock.h"
#include "lib/clock.h"
#include "lib/sync.h"
#include "lib/team.h"

#include <errno.h>
#include <string.h>

/* Something that another thread does, and what came of it. */
struct errand {
	int (*fn)(void *object);
	void *object;
	int result;
};

static void run_errand(void *arg, unsigned index, unsigned size)
{
	struct errand *errand = arg;

	(void)index;
	(void)size;
	errand->result = errand->fn(errand->object);
}

/* Returns 0, or a negative errno when there could be no other thread. */
static int in_another_thread(int (*fn)(void *), void *object, int *result)
{
	struct errand errand = {.fn = fn, .object = object};
	struct team *team;
	int status = team_start(1, "other", run_errand, &errand, &team);

	if (status < 0)
		return status;
	team_destroy(team);
	*result = errand.result;
	return 0;
}

static int release(void *mutex)
{
	return mutex_release(mutex);
}

static int try(void *mutex)
{
	return mutex_lock_until(mutex, 0);
}

static int post(void *semaphore)
{
	return semaphore_post(semaphore);
}

static const char *name_of(int result)
{
	switch (result) {
	case 0:
		return "done";
	case -EPERM:
		return "EPERM";
	case -EDEADLK:
		return "EDEADLK";
	case -EAGAIN:
		return "EAGAIN";
	default:
		return "refused";
	}
}

static const struct table_column columns[] = {
	{.key = "call", .heading = "call"},
	{.key = "result", .heading = "result"},
	{.key = "means", .heading = "which means"},
};

static void add(struct table *table, const char *call, int result)
{
	if (!table)
		return;
	table_row(table);
	table_text(table, call);
	table_text(table, name_of(result));
	table_text(table, result ? strerror(-result) : "as asked");
}

static int try_everything(struct mutex *mutex, struct table *table)
{
	int result, status;

	add(table, "release what nobody holds", mutex_release(mutex));
	mutex_lock(mutex);
	status = in_another_thread(release, mutex, &result);
	if (status < 0)
		return status;
	add(table, "release what another thread holds", result);
	status = in_another_thread(try, mutex, &result);
	if (status < 0)
		return status;
	add(table, "try to lock what another thread holds", result);
	add(table, "lock what one holds already",
		mutex_lock_until(mutex, CLOCK_NEVER));
	add(table, "release what one holds", mutex_release(mutex));
	return 0;
}

int lock_release(const struct lock_options *options, struct report *report)
{
	struct table *table = table_create(
		columns, sizeof(columns) / sizeof(columns[0]));
	struct mutex mutex = {0};
	int status = try_everything(&mutex, table), told;

	(void)options;
	if (mutex_held(&mutex))
		mutex_unlock(&mutex);
	told = report_table(report, "calls", table);
	report_explain(report,
		"A mutex knows who holds it: nobody else can release it, nor "
		"lock it again.",
		"Each mistake is told at once, and changes nothing.");
	return status < 0 ? status : told < 0 ? told : EXIT_GOOD;
}

static int hand_off_mutex(struct report *report)
{
	struct mutex mutex = {0};
	int result = 0, status;

	mutex_lock(&mutex);
	status = in_another_thread(release, &mutex, &result);
	mutex_unlock(&mutex);
	if (status < 0)
		return status;
	report_say(report, "locked", "locked by", "main");
	report_say(report, "released", "released by other-0",
		result ? name_of(result) : "done");
	if (result)
		report_say(report, "refused", "refused", strerror(-result));
	report_explain(report,
		"A mutex is released by the thread that locked it, and by no "
		"other.",
		"To hand over from one thread to another use a semaphore: "
		"--handoff sem.");
	return result ? EXIT_NO : EXIT_GOOD;
}

static int hand_off_semaphore(struct report *report)
{
	struct semaphore semaphore;
	int result = 0, status;

	semaphore_init(&semaphore, SEMAPHORE_PRIVATE, 1);
	semaphore_wait(&semaphore, CLOCK_NEVER);
	status = in_another_thread(post, &semaphore, &result);
	if (status == 0) {
		report_say(report, "locked", "taken by", "main");
		report_say(report, "released", "given by other-0",
			name_of(result));
		result = semaphore_wait(&semaphore, 0);
		report_say(report, "again", "taken by main again",
			name_of(result));
		report_explain(report,
			"A semaphore counts, and does not ask who: any thread "
			"may take, any may give.",
			"So it can be handed over, and nobody can tell who "
			"has it.");
	}
	semaphore_fini(&semaphore);
	return status < 0 ? status : result ? EXIT_NO : EXIT_GOOD;
}

int lock_hand_off(const struct lock_options *options, struct report *report)
{
	return options->handoff == LOCK_HANDOFF_SEM ? hand_off_semaphore(report)
						    : hand_off_mutex(report);
}
