/* Two threads, two locks, and two orders of taking them. */
#include "cmd/deadlock.h"
#include "cmd/exit.h"
#include "cmd/lock.h"
#include "lib/team.h"

#include <errno.h>

struct abba {
	bool ordered; /* both take A first */
	uint64_t n; /* times that each takes both */
	struct barrier both_have_one;
	struct deadlock_ground ground;
	struct deadlock_lock a, b;
	uint64_t ndone[2];
};

/* Returns 0, or -EDEADLK when it has been dissolved. */
static int take_two(struct abba *abba, struct deadlock_lock *first,
	struct deadlock_lock *second)
{
	if (deadlock_take(&abba->ground, first) < 0)
		return -EDEADLK;
	if (!abba->ordered)
		barrier_wait(&abba->both_have_one);
	if (deadlock_take(&abba->ground, second) < 0) {
		deadlock_give(&abba->ground, first);
		return -EDEADLK;
	}
	return 0;
}

/* tag::abba[] */
static void take_both_again_and_again(void *arg, unsigned me, unsigned size)
{
	struct abba *abba = arg;
	bool b_first = me == 1 && !abba->ordered;
	struct deadlock_lock *first = b_first ? &abba->b : &abba->a;
	struct deadlock_lock *second = b_first ? &abba->a : &abba->b;

	if (size < 2)
		return;
	for (uint64_t i = 0; i < abba->n; i++) {
		if (take_two(abba, first, second) < 0)
			return;
		abba->ndone[me]++;
		deadlock_give(&abba->ground, second);
		deadlock_give(&abba->ground, first);
	}
}
/* end::abba[] */

static void open_ground(struct abba *abba)
{
	deadlock_ground_init(&abba->ground);
	deadlock_lock_init(&abba->a, "lock", "A");
	deadlock_lock_init(&abba->b, "lock", "B");
	barrier_init(&abba->both_have_one, 2);
}

static void close_ground(struct abba *abba)
{
	barrier_fini(&abba->both_have_one);
	deadlock_lock_fini(&abba->b);
	deadlock_lock_fini(&abba->a);
	deadlock_ground_fini(&abba->ground);
}

static int run_both(struct abba *abba, struct report *report)
{
	struct team *team;
	int found = 0;
	int status = team_start(
		2, "lock", take_both_again_and_again, abba, &team);

	if (status < 0)
		return status;
	if (team_size(team) < 2) {
		found = -EAGAIN;
	} else if (!abba->ordered) {
		deadlock_await(&abba->ground, 2);
		found = deadlock_report(report);
		deadlock_dissolve(&abba->ground);
	}
	team_destroy(team);
	return found;
}

static int attempt(struct abba *abba, struct report *report)
{
	int status;

	open_ground(abba);
	status = run_both(abba, report);
	close_ground(abba);
	return status;
}

int lock_abba(const struct lock_options *options, struct report *report)
{
	struct abba crossed = {.n = 1};
	struct abba ordered = {.n = options->n / 2 + 1, .ordered = true};
	int status = attempt(&crossed, report);

	if (status >= 0)
		status = attempt(&ordered, report);
	if (status < 0)
		return status;
	report_say(report, "fix", NULL, "order");
	report_count(report, "taken_both", NULL,
		ordered.ndone[0] + ordered.ndone[1]);
	report_explain(report,
		"One had A and wanted B, the other had B and wanted A: neither "
		"can ever go on.",
		"When both take A first, who has A waits at most for one who "
		"needs no more.");
	return EXIT_GOOD;
}
