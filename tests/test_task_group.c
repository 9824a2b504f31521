#include "lib/task_group.h"

#include "tests/green.h"

static void note_failure(const struct failure *failure, void *arg)
{
	(void)arg;
	note(failure->origin);
	note(" ");
}

/* Sleeps so long; fails when it is negative. */
BODY(member)
{
	const int *ms = arg;
	int status;

	UNUSED_BODY_ARGS;
	status = task_sleep((uint64_t)(*ms < 0 ? -*ms : *ms));
	if (status < 0)
		return status;
	return *ms < 0 ? *ms : 0;
}

static const int soon = 10, late = 30, bad = -20, worse = -20;

BODY(all_go_well)
{
	struct task_group group;

	UNUSED_BODY_ARGS;
	must_zero(task_group_begin(&group));
	must_zero(task_group_spawn(&group, "a", member, (void *)&soon));
	must_zero(task_group_spawn(&group, "b", member, (void *)&late));
	must_zero(task_group_end(&group, 0, note_failure, NULL));
	must(green_now() == 30);
	must_zero(task_group_begin(&group));
	must_zero(task_group_end(&group, 0, NULL, NULL)); /* empty */
	return 0;
}

START_TEST(h22_a_group_ends_with_its_last_member)
{
	ck_assert_int_eq(green_run(all_go_well, NULL), 0);
	ck_assert_str_eq(events, "");
}
END_TEST

BODY(fail_while_cleaning)
{
	UNUSED_BODY_ARGS;
	must(task_sleep(1000) == -ECANCELED);
	must_zero(task_sleep(5));
	return -EIO;
}

BODY(one_fails)
{
	struct task_group group;

	UNUSED_BODY_ARGS;
	must_zero(task_group_begin(&group));
	must_zero(task_group_spawn(&group, "a", member, (void *)&late));
	must_zero(task_group_spawn(&group, "b", member, (void *)&bad));
	must_zero(task_group_spawn(&group, "c", member, (void *)&worse));
	must_zero(task_group_spawn(&group, "d", fail_while_cleaning, NULL));
	must(task_group_end(&group, 0, note_failure, NULL) == FUTURE_FAILED);
	must(green_now() == 25);
	must_zero(task_sleep(5)); /* the owner was told at the end alone */
	return 0;
}

START_TEST(h22_the_first_failure_cancels_and_all_are_reported)
{
	ck_assert_int_eq(green_run(one_fails, NULL), 0);
	ck_assert_str_eq(events, "b d "); /* c had not run on */
	ck_assert_uint_eq(failure_nunretrieved(), 0);
}
END_TEST

BODY(owner_is_busy)
{
	struct task_group group;
	int status;

	UNUSED_BODY_ARGS;
	must_zero(task_group_begin(&group));
	must_zero(task_group_spawn(&group, "b", member, (void *)&bad));
	status = task_sleep(100);
	must(status == -ECANCELED && green_now() == 20);
	must(task_group_spawn(&group, "late", member, (void *)&soon) ==
		-ECANCELED);
	must(task_group_end(&group, status, NULL, NULL) == FUTURE_FAILED);
	must_zero(task_sleep(5));
	return 0;
}

START_TEST(h22_after_a_failure_the_owner_is_told_and_no_more_join)
{
	ck_assert_int_eq(green_run(owner_is_busy, NULL), 0);
	ck_assert_uint_eq(failure_nunretrieved(), 1);
}
END_TEST

BODY(owner_fails)
{
	struct task_group group;

	UNUSED_BODY_ARGS;
	must_zero(task_group_begin(&group));
	must_zero(task_group_spawn(&group, "a", member, (void *)&late));
	must_zero(task_sleep(5));
	must(task_group_end(&group, -ENOENT, note_failure, NULL) == -ENOENT);
	must(green_now() == 5);
	return 0;
}

START_TEST(h22_when_the_owner_fails_the_members_are_cancelled)
{
	ck_assert_int_eq(green_run(owner_fails, NULL), 0);
	ck_assert_str_eq(events, "");
}
END_TEST

BODY(own_a_group)
{
	struct task_group group;

	UNUSED_BODY_ARGS;
	must_zero(task_group_begin(&group));
	must_zero(task_group_spawn(&group, "a", member, (void *)&late));
	return task_group_end(&group, 0, note_failure, NULL);
}

BODY(cancel_the_owner)
{
	struct task *owner = green_spawn("owner", own_a_group, NULL);

	UNUSED_BODY_ARGS;
	must_zero(task_sleep(5));
	must_zero(task_kill(owner, CLOCK_NEVER));
	must(green_now() == 5);
	must(task_result(owner, NULL, NULL) == -ECANCELED);
	task_unref(owner);
	return 0;
}

START_TEST(h22_cancelling_the_owner_cancels_the_members)
{
	ck_assert_int_eq(green_run(cancel_the_owner, NULL), 0);
}
END_TEST

BODY(inner_group)
{
	struct task_group group;

	UNUSED_BODY_ARGS;
	must_zero(task_group_begin(&group));
	must_zero(task_group_spawn(&group, "inner", member, (void *)&bad));
	must_zero(task_group_spawn(&group, "inner2", member, (void *)&late));
	if (task_group_end(&group, 0, note_failure, NULL) == 0)
		return 0;
	return -EIO;
}

BODY(outer_group)
{
	static const int very_late = 1000;
	struct task_group group;

	UNUSED_BODY_ARGS;
	must_zero(task_group_begin(&group));
	must_zero(task_group_spawn(&group, "sub", inner_group, NULL));
	must_zero(task_group_spawn(&group, "long", member, (void *)&very_late));
	must(task_group_end(&group, 0, note_failure, NULL) == FUTURE_FAILED);
	must(green_now() == 20);
	return 0;
}

START_TEST(h22_groups_may_be_nested)
{
	ck_assert_int_eq(green_run(outer_group, NULL), 0);
	ck_assert_str_eq(events, "inner sub ");
}
END_TEST

BODY(cancel_a_member)
{
	struct task_group group;

	UNUSED_BODY_ARGS;
	must_zero(task_group_begin(&group));
	must_zero(task_group_spawn(&group, "a", member, (void *)&late));
	must_zero(task_group_spawn(&group, "b", member, (void *)&late));
	must_zero(task_sleep(1));
	task_cancel(group.first);
	must_zero(task_group_end(&group, 0, note_failure, NULL));
	must(green_now() == 30);
	return 0;
}

START_TEST(h22_a_member_that_is_cancelled_ends_alone)
{
	ck_assert_int_eq(green_run(cancel_a_member, NULL), 0);
}
END_TEST

int main(void)
{
	return suite_run("task_group", 30,
		(const TTest *const[]){
			h22_a_group_ends_with_its_last_member,
			h22_the_first_failure_cancels_and_all_are_reported,
			h22_after_a_failure_the_owner_is_told_and_no_more_join,
			h22_when_the_owner_fails_the_members_are_cancelled,
			h22_cancelling_the_owner_cancels_the_members,
			h22_groups_may_be_nested,
			h22_a_member_that_is_cancelled_ends_alone,
			NULL,
		});
}
