/* What the parts of the queue do together, and an open queue by itself. */
#include "tests/fsq_place.h"

#include <sys/stat.h>

static const struct fsq_install plain;

START_TEST(an_item_goes_from_enqueue_to_done)
{
	struct place place;
	struct fsq_item item;
	char id[FSQ_NAME_SIZE], end[FSQ_NAME_SIZE], text[8] = "";

	place_open(&place);
	enqueue(place.fsq, "a_b", "x/y", id);
	expect_counts(place.fsq, 1, 0, 0, 0);
	ck_assert_int_eq(fsq_claim(place.fsq, id, &item), 0);
	ck_assert(!item.malformed);
	ck_assert_str_eq(fsq_name_arg(&item.name, 0), "a_b");
	ck_assert_str_eq(fsq_name_arg(&item.name, 1), "x/y");
	ck_assert_int_eq(read(item.fd, text, sizeof(text)), 4);
	ck_assert_str_eq(text, "text");
	ck_assert_int_eq(fsq_finish(&item, FSQ_END_DONE, end), 0);
	ck_assert_str_eq(end, id);
	expect_counts(place.fsq, 0, 1, 0, 0);
	ck_assert_int_eq(fsq_claim(place.fsq, id, &item), -ENOENT);
	place_close(&place);
}
END_TEST

/* Z9: down and up may be said twice; a queue that is gone is an error. */
START_TEST(z9_down_and_up)
{
	struct place place;

	place_open(&place);
	ck_assert_int_eq(fsq_is_down(place.fsq), 0);
	ck_assert_int_eq(fsq_up(place.fsq), 0);
	ck_assert_int_eq(fsq_down(place.fsq), 0);
	ck_assert_int_eq(fsq_down(place.fsq), 0);
	ck_assert_int_eq(fsq_is_down(place.fsq), 1);
	ck_assert_int_eq(fsq_up(place.fsq), 0);
	ck_assert_int_eq(fsq_is_down(place.fsq), 0);
	ck_assert_int_eq(fsq_uninstall(&place.rules, "q"), 0);
	ck_assert_int_eq(fsq_is_down(place.fsq), -ENOENT);
	ck_assert_int_eq(fsq_down(place.fsq), -ENOENT);
	ck_assert_int_eq(fsq_up(place.fsq), -ENOENT);
	place_close(&place);
}
END_TEST

/* Z6, and more: what is no queue is not opened. */
START_TEST(only_queues_are_opened)
{
	static const char *const names[] = {"", ".", "..", "a/b", "/q"};
	struct place place;
	struct fsq *fsq = NULL;
	char path[128];

	place_open(&place);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		ck_assert_int_eq(
			fsq_open(&place.rules, names[i], &fsq), -EINVAL);
		ck_assert_int_eq(
			fsq_install(&place.rules, names[i], &plain), -EINVAL);
	}
	ck_assert_int_eq(fsq_open(&place.rules, "none", &fsq), -ENOENT);
	snprintf(path, sizeof(path), "%s/file", place.root);
	ck_assert_int_eq(close(open(path, O_CREAT | O_WRONLY, 0600)), 0);
	ck_assert_int_eq(fsq_open(&place.rules, "file", &fsq), -ENOTDIR);
	ck_assert_ptr_null(fsq);
	ck_assert_int_eq(count_at(AT_FDCWD, place.root), 2);
	place_close(&place);
}
END_TEST

/* A host's queue is a queue, and is down when the outer one is. */
START_TEST(z22_the_queue_of_a_host)
{
	struct place place;
	struct fsq *host;

	place_open(&place);
	ck_assert_int_eq(fsq_open_host(place.fsq, "h", &host), -ENOENT);
	ck_assert_int_eq(fsq_host_add(place.fsq, "h", &plain), 0);
	ck_assert_int_eq(fsq_host_add(place.fsq, "h", &plain), -EEXIST);
	ck_assert_int_eq(fsq_open_host(place.fsq, "h", &host), 0);
	ck_assert_str_eq(fsq_host_of(host), "h");
	ck_assert_ptr_null(fsq_host_of(place.fsq));
	enqueue(host, "a", NULL, NULL);
	expect_counts(host, 1, 0, 0, 0);
	ck_assert_int_eq(fsq_down(place.fsq), 0);
	ck_assert_int_eq(fsq_is_down(host), 1);
	ck_assert_int_eq(fsq_up(place.fsq), 0);
	ck_assert_int_eq(fsq_down(host), 0);
	ck_assert_int_eq(fsq_is_down(host), 1);
	ck_assert_int_eq(fsq_is_down(place.fsq), 0);
	ck_assert_int_eq(fsq_host_remove(place.fsq, "h"), 0);
	ck_assert_int_eq(fsq_is_down(host), -ENOENT);
	fsq_close(host);
	place_close(&place);
}
END_TEST

int main(void)
{
	return suite_run("fsq", 20,
		(const TTest *const[]){
			an_item_goes_from_enqueue_to_done,
			z9_down_and_up,
			only_queues_are_opened,
			z22_the_queue_of_a_host,
			NULL,
		});
}
