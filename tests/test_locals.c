#include "lib/locals.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "tests/suite.h"

static char written[64];

static void write_pair(const char *name, const char *value, void *arg)
{
	size_t used = strlen(written);

	(void)arg;
	snprintf(written + used, sizeof(written) - used, "%s=%s ", name, value);
}

static void forget_all(void)
{
	locals_unref(locals_swap(NULL));
}

START_TEST(what_was_set_last_holds)
{
	char name[] = "req", value[] = "7";

	ck_assert_ptr_null(locals_get("req"));
	ck_assert_int_eq(locals_set(name, value), 0);
	name[0] = value[0] = 'x'; /* they were copied */
	ck_assert_str_eq(locals_get("req"), "7");
	ck_assert_int_eq(locals_set("user", "ann"), 0);
	ck_assert_int_eq(locals_set("req", "8"), 0);
	ck_assert_str_eq(locals_get("req"), "8");
	locals_each(write_pair, NULL);
	ck_assert_str_eq(written, "req=8 user=ann ");
	forget_all();
	ck_assert_ptr_null(locals_get("req"));
}
END_TEST

static void *use_snapshot(void *arg)
{
	struct locals *before = locals_swap(arg);

	ck_assert_ptr_null(before);
	if (strcmp(locals_get("req"), "7") != 0)
		return "not seen";
	locals_set("req", "99");
	if (strcmp(locals_get("req"), "99") != 0)
		return "not changed";
	locals_unref(locals_swap(before));
	return locals_get("req") ? "not put down" : NULL;
}

START_TEST(a_snapshot_goes_to_another_thread)
{
	pthread_t thread;
	void *complaint;

	locals_set("req", "7");
	ck_assert_int_eq(
		pthread_create(&thread, NULL, use_snapshot, locals_snapshot()),
		0);
	locals_set("req", "8");
	pthread_join(thread, &complaint);
	ck_assert_ptr_null(complaint);
	ck_assert_str_eq(locals_get("req"), "8");
	forget_all();
}
END_TEST

START_TEST(a_long_list_is_put_down_without_recursion)
{
	for (int i = 0; i < 100000; i++)
		locals_set("n", "1");
	forget_all();
	ck_assert_ptr_null(locals_snapshot());
}
END_TEST

int main(void)
{
	return suite_run("locals", 20,
		(const TTest *const[]){
			what_was_set_last_holds,
			a_snapshot_goes_to_another_thread,
			a_long_list_is_put_down_without_recursion,
			NULL,
		});
}
