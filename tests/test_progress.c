#include "cmd/global.h"
#include "cmd/msg.h"
#include "cmd/progress.h"
#include "lib/clock.h"
#include "tests/suite.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static uint64_t now_ns;

static uint64_t still_clock(void)
{
	return now_ns;
}

/* The other end of stderr. */
static int watch;

static void make_stderr_a_pipe(void)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_ge(dup2(ends[1], STDERR_FILENO), 0);
	close(ends[1]);
	watch = ends[0];
}

static void make_stderr_a_terminal(unsigned short width)
{
	struct winsize size = {.ws_col = width, .ws_row = 24};
	char name[64];
	int slave;

	watch = posix_openpt(O_RDWR | O_NOCTTY);
	ck_assert_int_ge(watch, 0);
	ck_assert_int_eq(grantpt(watch), 0);
	ck_assert_int_eq(unlockpt(watch), 0);
	ck_assert_int_eq(ptsname_r(watch, name, sizeof(name)), 0);
	ck_assert_int_eq(ioctl(watch, TIOCSWINSZ, &size), 0);
	slave = open(name, O_RDWR | O_NOCTTY);
	ck_assert_int_ge(slave, 0);
	ck_assert_int_ge(dup2(slave, STDERR_FILENO), 0);
	close(slave);
	unsetenv("COLUMNS");
	setenv("TERM", "xterm", 1);
}

/* What has been written to stderr, up to a mark that is now set there. */
static const char *seen(void)
{
	static char text[20000];
	size_t length = 0;

	ck_assert_int_eq(write(STDERR_FILENO, "\001", 1), 1);
	do {
		ssize_t n = read(
			watch, text + length, sizeof(text) - 1 - length);

		ck_assert_int_gt(n, 0);
		length += (size_t)n;
	} while (text[length - 1] != '\001');
	text[length - 1] = '\0';
	return text;
}

/* Ten seconds of work, with a look at it every 100 ms. */
static void work(struct progress *progress)
{
	clock_set_source(still_clock);
	now_ns = CLOCK_NS_PER_S;
	progress_start(progress, "working");
	for (uint64_t done = 0; done < 100; done++) {
		progress_update(progress, done, 100);
		now_ns += 100 * (uint64_t)CLOCK_NS_PER_MS;
	}
}

START_TEST(a_terminal_gets_one_line_that_is_erased)
{
	struct progress progress;
	const char *text;

	make_stderr_a_terminal(80);
	work(&progress);
	progress_stop(&progress);
	text = seen();
	ck_assert_ptr_null(strchr(text, '\n'));
	ck_assert_ptr_null(strstr(text, "working: 9 %"));
	ck_assert_int_eq(
		strncmp(text, "\rworking: 10 %, ETA 9 s\033[K", 26), 0);
	ck_assert_ptr_nonnull(strstr(text, "\rworking: 50 %, ETA 5 s\033[K"));
	ck_assert_str_eq(text + strlen(text) - 4, "\r\033[K");
}
END_TEST

START_TEST(work_of_less_than_a_second_shows_nothing)
{
	struct progress progress;

	make_stderr_a_terminal(80);
	clock_set_source(still_clock);
	progress_start(&progress, "working");
	progress_update(&progress, 1, 2);
	now_ns += CLOCK_NS_PER_S - 1;
	progress_update(&progress, 2, 2);
	progress_stop(&progress);
	ck_assert_str_eq(seen(), "");
}
END_TEST

START_TEST(the_line_fits_a_narrow_terminal)
{
	struct progress progress;
	const char *text;

	make_stderr_a_terminal(10);
	work(&progress);
	progress_stop(&progress);
	text = seen();
	ck_assert_int_eq(strncmp(text, "\rworking: \033[K\r", 14), 0);
}
END_TEST

START_TEST(a_message_does_not_land_in_the_line)
{
	struct progress progress;

	make_stderr_a_terminal(80);
	work(&progress);
	seen();
	msg_warning("look");
	ck_assert_str_eq(seen(), "\r\033[Kconc: warning: look\r\n");
	msg_warning("again");
	ck_assert_str_eq(seen(), "conc: warning: again\r\n");
	progress_stop(&progress);
	ck_assert_str_eq(seen(), "");
}
END_TEST

START_TEST(plain_progress_is_a_line_for_each_tenth)
{
	struct progress progress;

	make_stderr_a_pipe();
	global.progress = PROGRESS_PLAIN;
	work(&progress);
	progress_stop(&progress);
	ck_assert_str_eq(seen(), "working: 10 %, ETA 9 s\n"
				 "working: 20 %, ETA 8 s\n"
				 "working: 30 %, ETA 7 s\n"
				 "working: 40 %, ETA 6 s\n"
				 "working: 50 %, ETA 5 s\n"
				 "working: 60 %, ETA 4 s\n"
				 "working: 70 %, ETA 3 s\n"
				 "working: 80 %, ETA 2 s\n"
				 "working: 90 %, ETA 1 s\n");
}
END_TEST

START_TEST(a_dumb_terminal_and_plain_get_lines)
{
	struct progress progress;

	make_stderr_a_terminal(80);
	setenv("TERM", "dumb", 1);
	work(&progress);
	progress_stop(&progress);
	ck_assert_ptr_null(strchr(seen(), '\033'));
	setenv("TERM", "xterm", 1);
	global.plain = true;
	work(&progress);
	progress_stop(&progress);
	ck_assert_int_eq(strncmp(seen(), "working: 10 %, ETA 9 s\r\n", 24), 0);
}
END_TEST

START_TEST(nothing_is_shown_where_nobody_looks)
{
	struct progress progress;

	make_stderr_a_pipe();
	work(&progress);
	progress_stop(&progress);
	ck_assert_str_eq(seen(), "");
	make_stderr_a_terminal(80);
	global.quiet = true;
	work(&progress);
	progress_stop(&progress);
	global.quiet = false;
	global.progress = PROGRESS_NONE;
	work(&progress);
	progress_stop(&progress);
	ck_assert_str_eq(seen(), "");
}
END_TEST

int main(void)
{
	return suite_run("progress", 20,
		(const TTest *const[]){
			a_terminal_gets_one_line_that_is_erased,
			work_of_less_than_a_second_shows_nothing,
			the_line_fits_a_narrow_terminal,
			a_message_does_not_land_in_the_line,
			plain_progress_is_a_line_for_each_tenth,
			a_dumb_terminal_and_plain_get_lines,
			nothing_is_shown_where_nobody_looks,
			NULL,
		});
}
