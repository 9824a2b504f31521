/* Z22: distribution to the queues of hosts. */
#include "lib/fsq_host.h"

#include <sys/stat.h>

#include "tests/fsq_fault.h"
#include "tests/fsq_place.h"

static const struct fsq_install plain;

static void open_two(struct place *place, struct fsq_hosts *hosts)
{
	place_open(place);
	ck_assert_int_eq(fsq_hosts_open(place->fsq, hosts), 0);
	ck_assert_uint_eq(hosts->n, 0);
	ck_assert_int_eq(fsq_host_add(place->fsq, "b", &plain), 0);
	ck_assert_int_eq(fsq_host_add(place->fsq, "a", &plain), 0);
	ck_assert_int_eq(fsq_hosts_open(place->fsq, hosts), 0);
	ck_assert_uint_eq(hosts->n, 2);
	ck_assert_str_eq(fsq_host_of(hosts->all[0]), "a");
	ck_assert_str_eq(fsq_host_of(hosts->all[1]), "b");
}

static ino_t inode_in(struct fsq *fsq, enum fsq_folder folder, const char *id)
{
	struct stat st;

	ck_assert_int_eq(fsq_sys_stat(fsq_folder_fd(fsq, folder), id, &st), 0);
	ck_assert_int_eq(st.st_size, 4);
	return st.st_ino;
}

START_TEST(z22_all_hosts_get_all_items)
{
	struct place place;
	struct fsq_hosts hosts;
	char id[FSQ_NAME_SIZE];
	size_t n;

	open_two(&place, &hosts);
	enqueue(place.fsq, "a", NULL, id);
	enqueue(place.fsq, "b", NULL, NULL);
	plant(place.fsq, FSQ_QUEUE, "junk", "");
	ck_assert_int_eq(
		fsq_distribute(place.fsq, hosts.all, 2, FSQ_DIST_COPY, &n), 0);
	ck_assert_uint_eq(n, 2);
	expect_counts(place.fsq, 0, 2, 1, 0);
	expect_counts(hosts.all[0], 2, 0, 0, 0);
	expect_counts(hosts.all[1], 2, 0, 0, 0);
	ck_assert(inode_in(hosts.all[0], FSQ_QUEUE, id) !=
		  inode_in(hosts.all[1], FSQ_QUEUE, id));
	ck_assert_int_eq(
		fsq_distribute(place.fsq, NULL, 0, FSQ_DIST_COPY, &n), -EINVAL);
	fsq_hosts_close(&hosts);
	place_close(&place);
}
END_TEST

START_TEST(z22_by_links)
{
	struct place place;
	struct fsq_hosts hosts;
	struct fsq_item item, other;
	char id[FSQ_NAME_SIZE];

	open_two(&place, &hosts);
	enqueue(place.fsq, "a", NULL, id);
	ck_assert_int_eq(
		fsq_distribute(place.fsq, hosts.all, 2, FSQ_DIST_LINK, NULL),
		0);
	ck_assert(inode_in(hosts.all[0], FSQ_QUEUE, id) ==
		  inode_in(place.fsq, FSQ_DONE, id));
	/* One file has one lock. */
	ck_assert_int_eq(fsq_claim(hosts.all[0], id, &item), 0);
	ck_assert_int_eq(fsq_claim(hosts.all[1], id, &other), -EAGAIN);
	ck_assert_int_eq(fsq_finish(&item, FSQ_END_DONE, NULL), 0);
	ck_assert_int_eq(fsq_claim(hosts.all[1], id, &item), 0);
	ck_assert_int_eq(fsq_finish(&item, FSQ_END_DONE, NULL), 0);
	fsq_hosts_close(&hosts);
	place_close(&place);
}
END_TEST

static struct {
	struct place place;
	struct fsq_hosts hosts;
} dist;

static void distribute(void *arg)
{
	(void)arg;
	fsq_distribute(dist.place.fsq, dist.hosts.all, 2, FSQ_DIST_COPY, NULL);
}

/* Killed anywhere and done again, each host has it once. */
START_TEST(z22_again_after_a_crash)
{
	struct fsq_item item;
	char id[FSQ_NAME_SIZE];
	int at = 0, n = 0;
	bool killed;

	open_two(&dist.place, &dist.hosts);
	do {
		enqueue(dist.place.fsq, "a", NULL, id);
		n++;
		killed = killed_at(at++, distribute, NULL);
		if (is_in(dist.hosts.all[0], FSQ_QUEUE, id)) {
			ck_assert_int_eq(
				fsq_claim(dist.hosts.all[0], id, &item), 0);
			fsq_finish(&item, FSQ_END_DONE, NULL);
		}
		distribute(NULL);
		expect_counts(dist.place.fsq, 0, n, 0, 0);
		ck_assert_int_eq(count_in(dist.hosts.all[0], FSQ_QUEUE) +
					 count_in(dist.hosts.all[0], FSQ_DONE),
			n);
		expect_counts(dist.hosts.all[1], n, 0, 0, 0);
	} while (killed);
	ck_assert_int_gt(at, 20);
	fsq_hosts_close(&dist.hosts);
	place_close(&dist.place);
}
END_TEST

/* How many folders were synced before anything was renamed. */
static int count_syncs(enum fsq_call call, const char *name, void *arg)
{
	int *n = arg;

	(void)name;
	if (call == FSQ_RENAME)
		fsq_sys_set_hook(NULL, NULL);
	*n += call == FSQ_FSYNC;
	return 0;
}

/* Who gave it to the hosts was killed before that was durable. */
START_TEST(what_a_host_has_is_synced_before_it_is_done)
{
	static const enum fsq_folder folders[] = {
		FSQ_QUEUE, FSQ_DONE, FSQ_FAIL};
	struct place place;
	struct fsq_hosts hosts;
	char id[FSQ_NAME_SIZE];

	open_two(&place, &hosts);
	for (int i = 0; i < 3; i++) {
		int nsyncs = 0;

		enqueue(place.fsq, "a", NULL, id);
		plant(hosts.all[0], folders[i], id, "text");
		plant(hosts.all[1], folders[i], id, "text");
		fsq_sys_set_hook(count_syncs, &nsyncs);
		ck_assert_int_eq(fsq_distribute(place.fsq, hosts.all, 2,
					 FSQ_DIST_COPY, NULL),
			0);
		fsq_sys_set_hook(NULL, NULL);
		ck_assert_int_ge(nsyncs, 2);
	}
	fsq_hosts_close(&hosts);
	place_close(&place);
}
END_TEST

START_TEST(what_a_host_cannot_take_waits)
{
	struct fault fault = {.call = FSQ_LINK, .at = 1, .error = -ENOSPC};
	struct place place;
	struct fsq_hosts hosts;
	size_t n;

	open_two(&place, &hosts);
	enqueue(place.fsq, "a", NULL, NULL);
	fault_set(&fault);
	ck_assert_int_eq(
		fsq_distribute(place.fsq, hosts.all, 2, FSQ_DIST_COPY, &n),
		-ENOSPC);
	fault_clear();
	ck_assert_uint_eq(n, 0);
	expect_counts(place.fsq, 1, 0, 0, 0);
	ck_assert_int_eq(
		fsq_distribute(place.fsq, hosts.all, 2, FSQ_DIST_COPY, &n), 0);
	expect_counts(hosts.all[0], 1, 0, 0, 0);
	expect_counts(hosts.all[1], 1, 0, 0, 0);
	fsq_hosts_close(&hosts);
	place_close(&place);
}
END_TEST

int main(void)
{
	return suite_run("fsq_host", 60,
		(const TTest *const[]){
			z22_all_hosts_get_all_items,
			z22_by_links,
			z22_again_after_a_crash,
			what_a_host_has_is_synced_before_it_is_done,
			what_a_host_cannot_take_waits,
			NULL,
		});
}
