/* Files that are opened at their first use, and reads that are left behind. */
#include <fcntl.h>
#include <sys/stat.h>

#include "lib/to_thread.h"
#include "tests/async_file.h"

/* --- opened at the first use --- */

BODY(use_late)
{
	char got[4] = "";

	UNUSED_BODY_ARGS;
	async_file_init(&file, "f", "r", NULL);
	must(async_file_read(&file, got, 4) == -ENOENT);
	must_zero(async_file_close(&file));
	must(async_file_read(&file, got, 4) == -EBADF);
	async_file_init(&file, "f", "w", NULL);
	must_zero(async_file_close(&file));
	must(access("f", F_OK) < 0);
	async_file_init(&file, "f", "r", NULL);
	write_apart("f", "abc");
	must(async_file_seek(&file, 1, SEEK_SET) == 1);
	must(async_file_read(&file, got, 4) == 2 && !strcmp(got, "bc"));
	must_zero(async_file_close(&file));
	async_file_init(&file, "f", "longest mode", NULL);
	must(async_file_read(&file, got, 4) == -EINVAL);
	return async_file_close(&file);
}

START_TEST(a1_nothing_is_opened_before_the_first_use)
{
	run_in_folder(use_late);
}
END_TEST

/* --- reads that are left behind --- */

struct leaver {
	const char *path;
	struct pool *pool;
	struct async_file file;
	char bytes[10];
	ssize_t n;
	int next;
};

BODY(read_or_leave)
{
	struct leaver *leaver = arg;

	UNUSED_BODY_ARGS;
	async_file_init(&leaver->file, leaver->path, "r", leaver->pool);
	leaver->n = async_file_read_or_leave(
		&leaver->file, leaver->bytes, sizeof(leaver->bytes));
	leaver->next = task_yield();
	return 0;
}

static struct task *begin_leaver(
	struct leaver *leaver, const char *path, struct pool *in)
{
	struct task *task;

	*leaver = (struct leaver){.path = path, .pool = in};
	task = green_spawn(path, read_or_leave, leaver);
	must_zero(task_yield());
	return task;
}

static struct pool *new_pool(void)
{
	const struct pool_options one = {.size = 1, .name = "one"};
	struct pool *one_thread = NULL;

	must_zero(pool_create(&one, &one_thread));
	return one_thread;
}

/* Opening the other end returns when the thread has opened its own. */
static struct task *begin_blocked(
	struct leaver *leaver, struct pool *in, int *writer)
{
	struct task *task;

	must_zero(mkfifo("fifo", 0600));
	task = begin_leaver(leaver, "fifo", in);
	*writer = open("fifo", O_WRONLY | O_CLOEXEC);
	must(*writer >= 0);
	return task;
}

BODY(leave_a_read)
{
	struct pool *one = new_pool();
	struct leaver leaver;
	int writer;
	struct task *task = begin_blocked(&leaver, one, &writer);

	UNUSED_BODY_ARGS;
	task_cancel(task);
	green_join(task);
	must(leaver.n == -ECANCELED && leaver.next == 0);
	must(async_file_read(&leaver.file, leaver.bytes, 1) == -EBADF);
	must_zero(async_file_close(&leaver.file));
	must(write(writer, "x", 1) == 1); /* the thread is still there */
	must_zero(close(writer));
	pool_destroy(one);
	must(leaver.bytes[0] == 0);
	return 0;
}

START_TEST(a1_a_read_is_left_to_its_thread_which_closes)
{
	run_in_folder(leave_a_read);
}
END_TEST

BODY(leave_the_line)
{
	struct pool *one = new_pool();
	struct leaver first, second;
	int writer;
	struct task *blocked, *behind;

	UNUSED_BODY_ARGS;
	write_apart("f", "abc");
	blocked = begin_blocked(&first, one, &writer);
	behind = begin_leaver(&second, "f", one);
	task_cancel(behind);
	green_join(behind);
	must(second.n == -ECANCELED);
	must(write(writer, "x", 1) == 1);
	must_zero(close(writer));
	green_join(blocked);
	must(first.n == 1 && first.bytes[0] == 'x');
	must(async_file_read(&second.file, second.bytes, 10) == 3);
	must_zero(async_file_close(&first.file));
	must_zero(async_file_close(&second.file));
	pool_destroy(one);
	return 0;
}

START_TEST(a1_a_read_that_had_not_begun_leaves_the_file_alone)
{
	run_in_folder(leave_the_line);
}
END_TEST

/* The thread is ready, and the loop has not seen it. */
BODY(leave_too_late)
{
	struct pool *one = new_pool();
	struct leaver leaver;
	struct task *task;

	UNUSED_BODY_ARGS;
	write_apart("f", "abc");
	task = begin_leaver(&leaver, "f", one);
	must_zero(pool_drain(one, CLOCK_NEVER));
	task_cancel(task);
	green_join(task);
	must(leaver.n == 3 && !memcmp(leaver.bytes, "abc", 3));
	must(leaver.next == -ECANCELED);
	must(async_file_read(&leaver.file, leaver.bytes, 10) == 0);
	must_zero(async_file_close(&leaver.file));
	pool_destroy(one);
	return 0;
}

START_TEST(a1_a_read_that_has_come_back_counts)
{
	run_in_folder(leave_too_late);
}
END_TEST

BODY(leave_nothing)
{
	struct pool *one = new_pool();
	char byte;

	UNUSED_BODY_ARGS;
	write_apart("f", "abc");
	must_zero(async_file_open(&file, "f", "r", one));
	must(async_file_read_or_leave(&file, &byte, 1) == 1 && byte == 'a');
	must(async_file_read_or_leave(&file, &byte, SIZE_MAX) == -ENOMEM);
	must_zero(to_thread_shutdown(one, 0));
	must(async_file_read_or_leave(&file, &byte, 1) == -ESHUTDOWN);
	task_cancel(task_self());
	must(async_file_read_or_leave(&file, &byte, 1) == -ECANCELED);
	must_zero(async_file_close(&file));
	must(async_file_read_or_leave(&file, &byte, 1) == -EBADF);
	pool_destroy(one);
	return 0;
}

START_TEST(a1_who_is_not_cancelled_reads_as_ever)
{
	run_in_folder(leave_nothing);
}
END_TEST

int main(void)
{
	return suite_run("async_file_late", 60,
		(const TTest *const[]){
			a1_nothing_is_opened_before_the_first_use,
			a1_a_read_is_left_to_its_thread_which_closes,
			a1_a_read_that_had_not_begun_leaves_the_file_alone,
			a1_a_read_that_has_come_back_counts,
			a1_who_is_not_cancelled_reads_as_ever,
			NULL,
		});
}
