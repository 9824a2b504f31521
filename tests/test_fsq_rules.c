#include "lib/fsq_rules.h"
#include "tests/suite.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

START_TEST(defaults_are_those_of_fsq)
{
	const struct fsq_rules *rules = &fsq_rules_default;
	const char *bad = NULL;

	ck_assert_int_eq(fsq_rules_check(rules, &bad), 0);
	ck_assert_ptr_null(bad);
	ck_assert_int_eq(rules->grammar.delimiter, '_');
	ck_assert_int_eq(rules->grammar.escape, '%');
	ck_assert_str_eq(rules->root, "/var/fsq");
	ck_assert_uint_eq(rules->item_mode, 0640);
	ck_assert_uint_eq(rules->queue_mode, 02770);
	ck_assert_uint_eq(rules->fail_tmp, 111);
	ck_assert_uint_eq(rules->fail_perm, 100);
	ck_assert_uint_eq(rules->max_tries, 1);
	ck_assert(rules->lock);
	ck_assert(!rules->use_trigger);
	ck_assert(!rules->fast);
}
END_TEST

START_TEST(each_variable_sets_its_own)
{
	static const char *const environment[] = {"FSQ_CHARSET=UTF-8",
		"FSQ_DELIMITER=:", "FSQ_ENCODE==", "FSQ_TIMEFMT=%s",
		"FSQ_QUEUE=a", "FSQ_DONE=b", "FSQ_FAIL=c", "FSQ_TMP=d",
		"FSQ_DOWN=e", "FSQ_TRIGGER=f", "FSQ_HOSTS=g",
		"FSQ_HOSTS_TRIGGER=h", "FSQ_ROOT=/r", "FSQ_ITEM_USER=u",
		"FSQ_ITEM_GROUP=", "FSQ_QUEUE_USER=7", "FSQ_QUEUE_GROUP=v",
		"FSQ_ITEM_MODE=0600", "FSQ_QUEUE_MODE=700", "FSQ_FAIL_TMP=1",
		"FSQ_FAIL_PERM=2", "FSQ_SUCCESS=3", "FSQ_USE_TRIGGER=1",
		"FSQ_LOCK=0", "FSQ_MAX_TRIES=0", "FSQ_TTL=3600",
		"FSQ_EXEC_DIR=/x", "FSQ_OTHER=left alone", "PATH=/bin",
		"FSQ_TTLX=1", "no equals sign", NULL};
	struct fsq_rules rules = fsq_rules_default;
	const char *bad = NULL;

	ck_assert_int_eq(fsq_rules_from_env(&rules, environment, &bad), 0);
	ck_assert_int_eq(rules.grammar.delimiter, ':');
	ck_assert_int_eq(rules.grammar.escape, '=');
	ck_assert_str_eq(rules.grammar.time_format, "%s");
	ck_assert_str_eq(rules.queue, "a");
	ck_assert_str_eq(rules.tmp, "d");
	ck_assert_str_eq(rules.hosts_trigger, "h");
	ck_assert_str_eq(rules.root, "/r");
	ck_assert_str_eq(rules.item_user, "u");
	ck_assert_ptr_null(rules.item_group);
	ck_assert_str_eq(rules.queue_user, "7");
	ck_assert_uint_eq(rules.item_mode, 0600);
	ck_assert_uint_eq(rules.queue_mode, 0700);
	ck_assert_uint_eq(rules.fail_tmp, 1);
	ck_assert_uint_eq(rules.success, 3);
	ck_assert(rules.use_trigger);
	ck_assert(!rules.lock);
	ck_assert_uint_eq(rules.max_tries, 0);
	ck_assert_uint_eq(rules.ttl_s, 3600);
	ck_assert_str_eq(rules.exec_dir, "/x");
}
END_TEST

START_TEST(z2_z8_a_bad_value_names_its_variable)
{
	static const char *const bad[] = {"FSQ_DELIMITER=", "FSQ_DELIMITER=__",
		"FSQ_DELIMITER=/", "FSQ_DELIMITER=\303\251", "FSQ_ENCODE=\303",
		"FSQ_CHARSET=utf16",
		"FSQ_TIMEFMT=", "FSQ_QUEUE=", "FSQ_QUEUE=..", "FSQ_TMP=a/b",
		"FSQ_ROOT=", "FSQ_ITEM_MODE=", "FSQ_ITEM_MODE=648",
		"FSQ_ITEM_MODE=10000", "FSQ_QUEUE_MODE=rwx", "FSQ_FAIL_TMP=256",
		"FSQ_SUCCESS=-1", "FSQ_SUCCESS= 1", "FSQ_LOCK=yes",
		"FSQ_MAX_TRIES=1e3", "FSQ_TTL=4294967296",
		"FSQ_TTL=18446744073709551617"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		const char *const environment[] = {bad[i], NULL};
		struct fsq_rules rules = fsq_rules_default;
		const char *found = NULL;

		ck_assert_int_eq(
			fsq_rules_from_env(&rules, environment, &found),
			-EINVAL);
		ck_assert_ptr_eq(found, bad[i]);
		ck_assert_int_eq(
			memcmp(&rules, &fsq_rules_default, sizeof(rules)), 0);
	}
}
END_TEST

START_TEST(z2_what_contradicts_itself)
{
	struct fsq_rules rules = fsq_rules_default;
	const char *bad = NULL;

	ck_assert_int_eq(fsq_rules_set(&rules, "FSQ_DELIMITER", "%"), 0);
	ck_assert_int_eq(fsq_rules_check(&rules, &bad), -EINVAL);
	ck_assert_str_eq(bad, "FSQ_ENCODE");
	rules = fsq_rules_default;
	ck_assert_int_eq(fsq_rules_set(&rules, "FSQ_FAIL", "done"), 0);
	ck_assert_int_eq(fsq_rules_check(&rules, &bad), -EINVAL);
	ck_assert_str_eq(bad, "FSQ_FAIL");
	ck_assert_int_eq(fsq_rules_set(&rules, "FSQ_NONE", "x"), -ENOENT);
}
END_TEST

START_TEST(every_variable_has_a_name)
{
	struct fsq_rules rules = fsq_rules_default;
	const char *name;
	size_t n = 0;

	while ((name = fsq_rules_variable(n))) {
		ck_assert_int_eq(strncmp(name, "FSQ_", 4), 0);
		ck_assert_int_ne(fsq_rules_set(&rules, name, "1"), -ENOENT);
		n++;
	}
	ck_assert_uint_eq(n, 27);
}
END_TEST

START_TEST(z8_users_and_groups)
{
	struct fsq_owner owner = {1, 2};

	ck_assert_int_eq(fsq_owner_find("no such user", NULL, &owner), -ENOENT);
	ck_assert_int_eq(
		fsq_owner_find(NULL, "no such group", &owner), -ENOENT);
	ck_assert_int_eq(fsq_owner_find("-1", NULL, &owner), -ENOENT);
	ck_assert_int_eq(fsq_owner_find("4294967295", NULL, &owner), -ENOENT);
	ck_assert_uint_eq(owner.uid, 1);
	ck_assert_int_eq(fsq_owner_find(NULL, NULL, &owner), 0);
	ck_assert_uint_eq(owner.uid, (uid_t)-1);
	ck_assert_int_eq(fsq_owner_find("root", "4711", &owner), 0);
	ck_assert_uint_eq(owner.uid, 0);
	ck_assert_uint_eq(owner.gid, 4711);
}
END_TEST

int main(void)
{
	return suite_run("fsq_rules", 20,
		(const TTest *const[]){
			defaults_are_those_of_fsq,
			each_variable_sets_its_own,
			z2_z8_a_bad_value_names_its_variable,
			z2_what_contradicts_itself,
			every_variable_has_a_name,
			z8_users_and_groups,
			NULL,
		});
}
