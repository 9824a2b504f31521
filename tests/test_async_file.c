/* The cases of async files, on real files and FIFOs. */
#include <sys/stat.h>

#include "lib/task_switch.h"
#include "lib/to_thread.h"
#include "tests/async_file.h"

enum {
	NCHUNKS = 10,
	CHUNK = 1000
};

static void fill(char *bytes)
{
	for (int i = 0; i < NCHUNKS; i++)
		memset(bytes + i * CHUNK, i, CHUNK);
}

/* --- reading and writing --- */

BODY(write_and_read_whole)
{
	char wanted[NCHUNKS * CHUNK], got[NCHUNKS * CHUNK + 1];

	UNUSED_BODY_ARGS;
	fill(wanted);
	write_file("f", wanted, sizeof(wanted));
	must_zero(async_file_open(&file, "f", "r", NULL));
	must(async_file_read(&file, got, sizeof(got)) == sizeof(wanted));
	must(!memcmp(got, wanted, sizeof(wanted)));
	for (int i = 0; i < 3; i++) /* AF6 */
		must(async_file_read(&file, got, sizeof(got)) == 0);
	return async_file_close(&file);
}

START_TEST(af1_af6_a_whole_file_is_exact_and_its_end_repeatable)
{
	run_in_folder(write_and_read_whole);
}
END_TEST

BODY(append_twice)
{
	char got[8];

	UNUSED_BODY_ARGS;
	write_file("f", "one", 3);
	must_zero(async_file_open(&file, "f", "a", NULL));
	must(async_file_write(&file, "two", 3) == 3);
	must_zero(async_file_close(&file));
	must_zero(async_file_open(&file, "f", "r", NULL));
	must(async_file_read(&file, got, sizeof(got)) == 6);
	must(!memcmp(got, "onetwo", 6));
	return async_file_close(&file);
}

START_TEST(af2_appending_keeps_what_was_there)
{
	run_in_folder(append_twice);
}
END_TEST

BODY(read_chunks)
{
	char bytes[NCHUNKS * CHUNK], chunk[CHUNK];

	UNUSED_BODY_ARGS;
	fill(bytes);
	write_file("f", bytes, sizeof(bytes));
	must_zero(async_file_open(&file, "f", "r", NULL));
	for (int i = 0; i < NCHUNKS; i++) {
		must(async_file_read(&file, chunk, CHUNK) == CHUNK);
		must(!memcmp(chunk, bytes + i * CHUNK, CHUNK));
	}
	must(async_file_read(&file, chunk, CHUNK) == 0);
	return async_file_close(&file);
}

START_TEST(af3_chunk_i_is_all_byte_i)
{
	run_in_folder(read_chunks);
}
END_TEST

BODY(read_lines)
{
	static const char text[] = "one\n\nthree with \0 inside\nno newline";
	char joined[sizeof(text)];
	size_t size = 0, nlines = 0;
	const char *line = NULL;
	ssize_t n;

	UNUSED_BODY_ARGS;
	write_file("f", text, sizeof(text) - 1);
	must_zero(async_file_open(&file, "f", "r", NULL));
	for (; (n = async_file_line(&file, &line)) > 0; nlines++) {
		must(size + (size_t)n < sizeof(text));
		memcpy(joined + size, line, (size_t)n);
		size += (size_t)n;
	}
	must(n == 0 && nlines == 4 && size == sizeof(text) - 1);
	must(!memcmp(joined, text, size));
	must(async_file_line(&file, &line) == 0);
	return async_file_close(&file);
}

START_TEST(af5_lines_join_to_the_file)
{
	run_in_folder(read_lines);
}
END_TEST

BODY(move_about)
{
	char got[4];

	UNUSED_BODY_ARGS;
	must_zero(async_file_open(&file, "f", "w+", NULL));
	must(async_file_write(&file, "abcdef", 6) == 6);
	must(async_file_seek(&file, -4, SEEK_END) == 2);
	must(async_file_read(&file, got, 2) == 2 && !memcmp(got, "cd", 2));
	must(async_file_write(&file, "XY", 2) == 2);
	must_zero(async_file_flush(&file));
	must_zero(async_file_truncate(&file, 5));
	must(async_file_seek(&file, 0, SEEK_SET) == 0);
	must(async_file_read(&file, got, 4) == 4 && !memcmp(got, "abcd", 4));
	must(async_file_read(&file, got, 4) == 1 && got[0] == 'X');
	must(async_file_seek(&file, -1, SEEK_SET) == -EINVAL);
	return async_file_close(&file);
}

START_TEST(a1_reading_and_writing_may_alternate)
{
	run_in_folder(move_about);
}
END_TEST

/* --- what is wrong --- */

BODY(use_after_close)
{
	const char *line;
	char byte;

	UNUSED_BODY_ARGS;
	write_file("f", "x", 1);
	for (int i = 0; i < 2; i++)
		must_zero(async_file_close(&file));
	must(async_file_read(&file, &byte, 1) == -EBADF);
	must(async_file_line(&file, &line) == -EBADF);
	must(async_file_write(&file, "x", 1) == -EBADF);
	must(async_file_flush(&file) == -EBADF);
	must(async_file_seek(&file, 0, SEEK_SET) == -EBADF);
	must(async_file_truncate(&file, 0) == -EBADF);
	return 0;
}

START_TEST(af4_af7_closed_twice_is_fine_used_afterwards_refused)
{
	run_in_folder(use_after_close);
}
END_TEST

BODY(open_what_is_not_there)
{
	char byte;

	UNUSED_BODY_ARGS;
	must(async_file_open(&file, "none", "r", NULL) == -ENOENT);
	must(async_file_read(&file, &byte, 1) == -EBADF);
	must_zero(async_file_close(&file));
	must_zero(async_file_open(&file, "/", "r", NULL));
	must(async_file_read(&file, &byte, 1) == -EISDIR);
	must_zero(async_file_close(&file));
	must_zero(async_file_open(&file, "/dev/full", "w", NULL));
	must(async_file_write(&file, "x", 1) == 1);
	must(async_file_close(&file) == -ENOSPC);
	return async_file_close(&file);
}

START_TEST(a1_errors_come_where_they_happen)
{
	run_in_folder(open_what_is_not_there);
}
END_TEST

BODY(cancelled_with_an_open_file)
{
	char byte;

	UNUSED_BODY_ARGS;
	write_file("f", "x", 1);
	must_zero(async_file_open(&file, "f", "r", NULL));
	task_cancel(task_self());
	must(async_file_read(&file, &byte, 1) == -ECANCELED);
	task_cancel(task_self());
	must_zero(async_file_close(&file));
	must(task_yield() == -ECANCELED);
	return 0;
}

START_TEST(a1_a_cancelled_task_closes_its_file)
{
	run_in_folder(cancelled_with_an_open_file);
}
END_TEST

BODY(open_and_shut_pool)
{
	const struct pool_options one = {.size = 1, .name = "one"};
	struct pool *pool;
	char byte;

	UNUSED_BODY_ARGS;
	write_file("f", "x", 1);
	must_zero(pool_create(&one, &pool));
	must_zero(async_file_open(&file, "f", "r", pool));
	must_zero(to_thread_shutdown(pool, 0));
	must(async_file_read(&file, &byte, 1) == -ESHUTDOWN);
	must_zero(async_file_close(&file));
	pool_destroy(pool);
	return 0;
}

START_TEST(a1_without_a_thread_it_is_closed_all_the_same)
{
	run_in_folder(open_and_shut_pool);
}
END_TEST

START_TEST(a1_without_a_loop_calls_are_made_directly)
{
	must(mkdtemp(folder));
	must_zero(chdir(folder));
	write_file("f", "abc", 3);
	ck_assert_int_eq(access("f", R_OK), 0);
	(void)!system("rm -rf \"$PWD\"");
}
END_TEST

/* Its pool is gone: what is read is read in the thread that it is in. */
BODY(read_away)
{
	const struct pool_options one = {.size = 1, .name = "one"};
	struct pool *pool;
	char byte = '\0';

	UNUSED_BODY_ARGS;
	write_file("f", "x", 1);
	must_zero(pool_create(&one, &pool));
	must_zero(async_file_open(&file, "f", "r", pool));
	must_zero(to_thread_shutdown(pool, 0));
	must_zero(task_switch_to(NULL));
	must(async_file_read(&file, &byte, 1) == 1 && byte == 'x');
	must_zero(async_file_close(&file));
	must_zero(task_switch_back());
	pool_destroy(pool);
	return 0;
}

START_TEST(a1_in_a_task_that_is_away_calls_are_made_directly)
{
	run_in_folder(read_away);
}
END_TEST

/* --- blocking --- */

struct reader {
	const char *path;
	struct async_file file;
	struct task *task;
	char byte;
};

BODY(read_from_fifo)
{
	struct reader *reader = arg;

	UNUSED_BODY_ARGS;
	must_zero(async_file_open(&reader->file, reader->path, "r", NULL));
	must(async_file_read(&reader->file, &reader->byte, 1) == 1);
	return async_file_close(&reader->file);
}

static void begin(struct reader *reader)
{
	must_zero(mkfifo(reader->path, 0600));
	reader->task = green_spawn(reader->path, read_from_fifo, reader);
}

/* Both block in open until here somebody opens the other end. */
BODY(two_readers)
{
	struct reader a = {.path = "a"}, b = {.path = "b"};

	UNUSED_BODY_ARGS;
	begin(&a);
	begin(&b);
	for (int i = 0; i < 10; i++)
		must_zero(task_yield());
	must(async_file_read(&a.file, &a.byte, 1) == -EBUSY);
	must(async_file_close(&a.file) == -EBUSY);
	write_file("b", "B", 1);
	green_join(b.task);
	must(b.byte == 'B' && task_state(a.task) == TASK_WAITING);
	write_file("a", "A", 1);
	green_join(a.task);
	must(a.byte == 'A');
	return 0;
}

START_TEST(af8_two_tasks_that_read_overlap_and_the_loop_goes_on)
{
	run_in_folder(two_readers);
}
END_TEST

int main(void)
{
	return suite_run("async_file", 60,
		(const TTest *const[]){
			af1_af6_a_whole_file_is_exact_and_its_end_repeatable,
			af2_appending_keeps_what_was_there,
			af3_chunk_i_is_all_byte_i,
			af5_lines_join_to_the_file,
			a1_reading_and_writing_may_alternate,
			af4_af7_closed_twice_is_fine_used_afterwards_refused,
			a1_errors_come_where_they_happen,
			a1_a_cancelled_task_closes_its_file,
			a1_without_a_thread_it_is_closed_all_the_same,
			a1_without_a_loop_calls_are_made_directly,
			a1_in_a_task_that_is_away_calls_are_made_directly,
			af8_two_tasks_that_read_overlap_and_the_loop_goes_on,
			NULL,
		});
}
