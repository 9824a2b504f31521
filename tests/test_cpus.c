#include "lib/cpus.h"

#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/suite.h"

/* A made-up machine: a folder of its own with a few files in it. */
struct tree {
	char root[32];
	char mount[64];
	char self[64];
};

static void put(const char *path, const char *text)
{
	char folder[PATH_MAX];
	FILE *file;

	for (const char *slash = strchr(path + 1, '/'); slash;
		slash = strchr(slash + 1, '/')) {
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path),
			path);
		mkdir(folder, 0700);
	}
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

static struct tree make_tree(const char *self_cgroup)
{
	struct tree tree = {.root = "/tmp/test_cpus_XXXXXX"};

	ck_assert_ptr_nonnull(mkdtemp(tree.root));
	snprintf(tree.mount, sizeof(tree.mount), "%s/mount", tree.root);
	snprintf(tree.self, sizeof(tree.self), "%s/self", tree.root);
	mkdir(tree.mount, 0700);
	put(tree.self, self_cgroup);
	return tree;
}

static void put_in(struct tree *tree, const char *name, const char *text)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", tree->mount, name);
	put(path, text);
}

static int quota(const struct tree *tree)
{
	return cpus_quota(tree->mount, tree->self);
}

static void remove_tree(struct tree *tree)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", tree->root);
	ck_assert_int_eq(system(command), 0);
}

START_TEST(the_tightest_of_a_group_and_its_ancestors)
{
	struct tree tree = make_tree("0::/a/b/c\n");

	ck_assert_int_eq(quota(&tree), 0);
	put_in(&tree, "a/b/c/cpu.max", "max 100000\n");
	ck_assert_int_eq(quota(&tree), 0);
	put_in(&tree, "a/cpu.max", "400000 100000\n");
	ck_assert_int_eq(quota(&tree), 4);
	put_in(&tree, "a/b/c/cpu.max", "600000 100000\n");
	ck_assert_int_eq(quota(&tree), 4);
	put_in(&tree, "a/b/cpu.max", "150000 100000\n");
	ck_assert_int_eq(quota(&tree), 2);
	put_in(&tree, "cpu.max", "1000 100000\n");
	ck_assert_int_eq(quota(&tree), 1);
	remove_tree(&tree);
}
END_TEST

START_TEST(groups_beside_it_do_not_count)
{
	struct tree tree = make_tree("0::/a/b\n");

	put_in(&tree, "a/bb/cpu.max", "100000 100000\n");
	put_in(&tree, "a/b/c/cpu.max", "100000 100000\n");
	put_in(&tree, "b/cpu.max", "100000 100000\n");
	ck_assert_int_eq(quota(&tree), 0);
	remove_tree(&tree);
}
END_TEST

START_TEST(a_container_that_names_its_group_as_the_host_does)
{
	struct tree tree = make_tree("0::/docker/0123456789\n");

	put_in(&tree, "cpu.max", "250000 100000\n");
	ck_assert_int_eq(quota(&tree), 3);
	remove_tree(&tree);
}
END_TEST

START_TEST(a_group_above_the_root_is_not_followed)
{
	struct tree tree = make_tree("0::/../x\n");

	put_in(&tree, "../x/cpu.max", "100000 100000\n");
	ck_assert_int_eq(quota(&tree), 0);
	put_in(&tree, "cpu.max", "200000 100000\n");
	ck_assert_int_eq(quota(&tree), 2);
	put_in(&tree, "../cpu.max", "100000 100000\n");
	put(tree.self, "0::/..\n");
	ck_assert_int_eq(quota(&tree), 2);
	remove_tree(&tree);
}
END_TEST

START_TEST(version_1_by_either_name_of_its_folder)
{
	const char *const folders[] = {"cpu", "cpu,cpuacct"};

	for (int i = 0; i < 2; i++) {
		struct tree tree = make_tree("5:cpuset:/z\n"
					     "4:cpu,cpuacct:/a\n"
					     "1:name=systemd:/z\n");
		char name[64];

		snprintf(name, sizeof(name), "%s/a/cpu.cfs_period_us",
			folders[i]);
		put_in(&tree, name, "50000\n");
		snprintf(name, sizeof(name), "%s/a/cpu.cfs_quota_us",
			folders[i]);
		put_in(&tree, name, "-1\n");
		ck_assert_int_eq(quota(&tree), 0);
		put_in(&tree, name, "100001\n");
		ck_assert_int_eq(quota(&tree), 3);
		remove_tree(&tree);
	}
}
END_TEST

START_TEST(both_versions_side_by_side)
{
	struct tree tree = make_tree("2:cpu:/a\n0::/b\n");

	put_in(&tree, "cpu/a/cpu.cfs_quota_us", "700000\n");
	put_in(&tree, "cpu/a/cpu.cfs_period_us", "100000\n");
	ck_assert_int_eq(quota(&tree), 7);
	put_in(&tree, "unified/b/cpu.max", "500000 100000\n");
	ck_assert_int_eq(quota(&tree), 5);
	remove_tree(&tree);
}
END_TEST

START_TEST(nonsense_is_no_limit)
{
	static const char *const contents[] = {"", "\n", "max", "100000",
		"0 100000", "100000 0", "x 100000", "100000 x",
		"18446744073709551615 1", "9999999999999999999999 1"};
	static const char *const selves[] = {"", "\n", ":", "::", "0:", "0",
		"::::", "0::a", "3:cpu", "3:,:/"};
	struct tree tree = make_tree("0::/a\n");

	for (size_t i = 0; i < sizeof(contents) / sizeof(*contents); i++) {
		put_in(&tree, "a/cpu.max", contents[i]);
		ck_assert_msg(quota(&tree) == 0, "'%s'", contents[i]);
	}
	for (size_t i = 0; i < sizeof(selves) / sizeof(*selves); i++) {
		put(tree.self, selves[i]);
		ck_assert_msg(quota(&tree) == 0, "'%s'", selves[i]);
	}
	unlink(tree.self);
	ck_assert_int_eq(quota(&tree), 0);
	remove_tree(&tree);
}
END_TEST

START_TEST(a_path_too_long_is_no_limit)
{
	static char line[3 * PATH_MAX];
	struct tree tree;

	memset(line, 'x', sizeof(line) - 1);
	memcpy(line, "0::/", 4);
	tree = make_tree(line);
	ck_assert_int_eq(quota(&tree), 0);
	memcpy(line, "9:cpu,", 6);
	put(tree.self, line);
	ck_assert_int_eq(quota(&tree), 0);
	remove_tree(&tree);
}
END_TEST

START_TEST(the_parts_make_the_whole)
{
	struct cpus cpus = cpus_measure();
	cpu_set_t one, before;

	ck_assert_int_ge(cpus.affinity, 1);
	ck_assert_int_ge(cpus.quota, 0);
	ck_assert_int_ge(cpus.usable, 1);
	ck_assert_int_le(cpus.usable, cpus.affinity);
	ck_assert_int_eq(cpus_usable(), cpus.usable);

	ck_assert_int_eq(sched_getaffinity(0, sizeof(before), &before), 0);
	CPU_ZERO(&one);
	for (int i = 0; CPU_COUNT(&one) == 0; i++)
		if (CPU_ISSET(i, &before))
			CPU_SET(i, &one);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(one), &one), 0);
	cpus = cpus_measure();
	ck_assert_int_eq(cpus.affinity, 1);
	ck_assert_int_eq(cpus.usable, 1);
}
END_TEST

START_TEST(p2_what_openmp_variables_ask_for)
{
	static const struct {
		const char *threads, *limit;
		int expected;
	} rows[] = {
		{NULL, NULL, 0},
		{"", NULL, 0},
		{"3", NULL, 3},
		{"3,2", NULL, 3},
		{"3,x", NULL, 3},
		{"3,", NULL, 3},
		{" 3 , 2", NULL, 3},
		{"\t3", NULL, 3},
		{"007", NULL, 7},
		{",3", NULL, 0},
		{"abc", NULL, 0},
		{"4x", NULL, 0},
		{"x4", NULL, 0},
		{"4 4", NULL, 0},
		{"0", NULL, 0},
		{"-1", NULL, 0},
		{"+4", NULL, 0},
		{"4.0", NULL, 0},
		{"1e3", NULL, 0},
		{"0x4", NULL, 0},
		{"2147483647", NULL, INT_MAX},
		{"2147483648", NULL, 0},
		{"4294967297", NULL, 0},
		{"18446744073709551617", NULL, 0},
		{"99999999999999999999999999999999", NULL, 0},
		{"8", "2", 2},
		{"2", "8", 2},
		{"8", "8", 8},
		{"8", "0", 8},
		{"8", "-2", 8},
		{"8", "x", 8},
		{"8", "2x", 8},
		{"8", "", 8},
		{"8", "99999999999", 8},
		{NULL, "2", 0},
		{"abc", "2", 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ck_assert_msg(cpus_from_omp(rows[i].threads, rows[i].limit) ==
				      rows[i].expected,
			"OMP_NUM_THREADS='%s' OMP_THREAD_LIMIT='%s'",
			rows[i].threads ? rows[i].threads : "unset",
			rows[i].limit ? rows[i].limit : "unset");
}
END_TEST

START_TEST(p2_the_limit_holds_for_other_choices_too)
{
	ck_assert_int_eq(cpus_limited(4, NULL), 4);
	ck_assert_int_eq(cpus_limited(4, "2"), 2);
	ck_assert_int_eq(cpus_limited(4, "9"), 4);
	ck_assert_int_eq(cpus_limited(4, "0"), 4);
	ck_assert_int_eq(cpus_limited(4, "-1"), 4);
	ck_assert_int_eq(cpus_limited(4, "many"), 4);
}
END_TEST

int main(void)
{
	return suite_run("cpus", 60,
		(const TTest *const[]){
			the_tightest_of_a_group_and_its_ancestors,
			groups_beside_it_do_not_count,
			a_container_that_names_its_group_as_the_host_does,
			a_group_above_the_root_is_not_followed,
			version_1_by_either_name_of_its_folder,
			both_versions_side_by_side,
			nonsense_is_no_limit,
			a_path_too_long_is_no_limit,
			the_parts_make_the_whole,
			p2_what_openmp_variables_ask_for,
			p2_the_limit_holds_for_other_choices_too,
			NULL,
		});
}
