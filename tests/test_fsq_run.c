/* Programs on items: what they get, how they end, who may take over. */
#include "lib/fsq_run.h"

#include <sys/file.h>
#include <sys/wait.h>

#include "lib/clock.h"
#include "tests/fsq_place.h"

/* A shell script with the item's arguments, from "$1" on. */
static struct fsq_program script(const char *text)
{
	static const char *args[3] = {"-c", NULL, "sh"};

	args[1] = text;
	return (struct fsq_program){.file = "sh", .args = args, .nargs = 3};
}

static void start(struct place *place, const char *id,
	const struct fsq_program *program, struct fsq_job *job)
{
	struct fsq_item item;

	ck_assert_int_eq(fsq_claim(place->fsq, id, &item), 0);
	ck_assert_int_eq(fsq_job_start(program, &item, job), 0);
}

static void wait_for(struct fsq_job *job)
{
	while (!fsq_job_poll(job))
		ck_assert_int_ge(
			fsq_jobs_wait(job, 1, NULL, 0, CLOCK_NEVER), 0);
}

/* Run a script on a new item and say what became of that. */
static struct fsq_verdict run(struct place *place, const char *text,
	char id[FSQ_NAME_SIZE], char end[FSQ_NAME_SIZE])
{
	struct fsq_program program = script(text);
	struct fsq_verdict verdict;
	struct fsq_job job;

	enqueue(place->fsq, "a b", "$x", id);
	start(place, id, &program, &job);
	wait_for(&job);
	ck_assert_int_eq(fsq_job_settle(&job, &verdict, end), 0);
	ck_assert_int_eq(job.pid, 0);
	return verdict;
}

START_TEST(z11_the_status_decides)
{
	struct place place;
	char id[FSQ_NAME_SIZE], end[FSQ_NAME_SIZE];

	place_open(&place);
	place.rules.max_tries = 2;
	place_reopen(&place);
	ck_assert_int_eq(run(&place, "exit 0", id, end).end, FSQ_END_DONE);
	ck_assert(is_in(place.fsq, FSQ_DONE, id));
	ck_assert_int_eq(run(&place, "exit 100", id, end).end, FSQ_END_FAIL);
	ck_assert(is_in(place.fsq, FSQ_FAIL, id));
	ck_assert_int_eq(run(&place, "exit 7", id, end).end, FSQ_END_FAIL);
	ck_assert_int_eq(
		run(&place, "kill -9 $$", id, end).reason, FSQ_SIGNALLED);
	ck_assert_int_eq(run(&place, "exit 111", id, end).end, FSQ_END_RETRY);
	ck_assert_str_ne(id, end);
	expect_counts(place.fsq, 1, 1, 3, 0);
	place_close(&place);
}
END_TEST

START_TEST(a_program_is_told_about_its_item)
{
	struct place place;
	char id[FSQ_NAME_SIZE], end[FSQ_NAME_SIZE];

	place_open(&place);
	ck_assert_int_eq(setenv("FSQ_ITEM_HOST", "left over", 1), 0);
	ck_assert_int_eq(
		run(&place,
			"read -r text; set -e; [ \"$text\" = text ]\n"
			"[ \"$1\" = 'a b' ]; [ \"$2\" = '$x' ]; [ $# = 2 ]\n"
			"case $FSQ_ITEM_ID in *'_a b_$x') ;; *) exit 1;; esac\n"
			"[ \"$FSQ_ITEM_TRIES\" = 0 ]\n"
			"[ ${#FSQ_ITEM_ENQUEUED_AT} = 14 ]\n"
			"[ \"$FSQ_ITEM_PID\" -gt 1 ]\n"
			"[ \"$FSQ_ITEM_ENTROPY\" -ge 0 ]\n"
			"[ -n \"$FSQ_ITEM_HOSTNAME\" ]\n"
			"[ -z \"$FSQ_ITEM_HOST\" ]",
			id, end)
			.reason,
		FSQ_FINE);
	place_close(&place);
}
END_TEST

START_TEST(z22_a_program_of_a_host_is_told_which)
{
	const struct fsq_install plain = {0};
	struct place place, host;
	char id[FSQ_NAME_SIZE], end[FSQ_NAME_SIZE];

	place_open(&place);
	ck_assert_int_eq(fsq_host_add(place.fsq, "h 1", &plain), 0);
	ck_assert_int_eq(fsq_open_host(place.fsq, "h 1", &host.fsq), 0);
	ck_assert_int_eq(
		run(&host, "[ \"$FSQ_ITEM_HOST\" = 'h 1' ]", id, end).reason,
		FSQ_FINE);
	expect_counts(host.fsq, 0, 1, 0, 0);
	fsq_close(host.fsq);
	place_close(&place);
}
END_TEST

START_TEST(a_program_that_is_not_there)
{
	const struct fsq_program none = {.file = "/nowhere/none"};
	const struct fsq_program folder = {.file = "/"};
	const struct fsq_program own = {.file = NULL};
	struct place place;
	struct fsq_item item;
	struct fsq_job job = {0};
	char id[FSQ_NAME_SIZE];

	place_open(&place);
	enqueue(place.fsq, NULL, NULL, id);
	ck_assert_int_eq(fsq_claim(place.fsq, id, &item), 0);
	ck_assert_int_eq(fsq_job_start(&none, &item, &job), -ENOENT);
	ck_assert_int_eq(fsq_job_start(&folder, &item, &job), -EACCES);
	ck_assert_int_eq(fsq_job_start(&own, &item, &job), -EINVAL);
	ck_assert_int_eq(job.pid, 0);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	signal(SIGCHLD, SIG_IGN);
	ck_assert_int_eq(fsq_job_start(&none, &item, &job), -ECHILD);
	signal(SIGCHLD, SIG_DFL);
	ck_assert_int_eq(fsq_finish(&item, FSQ_END_RELEASE, NULL), 0);
	expect_counts(place.fsq, 1, 0, 0, 0);
	place_close(&place);
}
END_TEST

/* The item's own words as a command, from the directory for programs. */
START_TEST(an_item_may_name_its_program)
{
	const struct fsq_program own = {.file = NULL};
	struct place place;
	struct fsq_verdict verdict;
	struct fsq_job job;
	char id[FSQ_NAME_SIZE];

	place_open(&place);
	place.rules.exec_dir = "/bin";
	place_reopen(&place);
	enqueue(place.fsq, "sh", "-", id); /* reads "text" and fails: 127 */
	start(&place, id, &own, &job);
	wait_for(&job);
	ck_assert_int_eq(WEXITSTATUS(job.status), 127);
	ck_assert_int_eq(fsq_job_settle(&job, &verdict, NULL), 0);
	ck_assert_int_eq(verdict.reason, FSQ_FAILED);
	place_close(&place);
}
END_TEST

static void block_usr1_and_ignore_pipe(void)
{
	sigset_t usr1;

	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, NULL);
	signal(SIGPIPE, SIG_IGN);
}

START_TEST(a_program_begins_with_usual_signals)
{
	struct place place;
	char id[FSQ_NAME_SIZE], end[FSQ_NAME_SIZE];

	place_open(&place);
	block_usr1_and_ignore_pipe();
	ck_assert_int_eq(run(&place, "kill -USR1 $$; exit 0", id, end).reason,
		FSQ_SIGNALLED);
	ck_assert_int_eq(run(&place, "kill -PIPE $$; exit 0", id, end).reason,
		FSQ_SIGNALLED);
	place_close(&place);
}
END_TEST

static char life_path[128];

/* A pipe that a script and all its children hold open, as descriptor 9. */
static int open_life(const struct place *place, const char *name)
{
	snprintf(life_path, sizeof(life_path), "%s/%s", place->root, name);
	ck_assert_int_eq(mkfifo(life_path, 0600), 0);
	ck_assert_int_eq(setenv("LIFE", life_path, 1), 0);
	return open(life_path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

static void wait_readable(int fd)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};

	ck_assert_int_eq(poll(&ready, 1, -1), 1);
}

/* Until the script says that it is there. */
static void wait_for_life(int life)
{
	char byte;

	wait_readable(life);
	ck_assert_int_eq(read(life, &byte, 1), 1);
}

static void wait_for_death(int life)
{
	struct pollfd gone = {.fd = life};

	do
		ck_assert_int_eq(poll(&gone, 1, -1), 1);
	while (!(gone.revents & POLLHUP));
}

START_TEST(a_timeout_ends_the_whole_group)
{
	struct fsq_program program = script(
		"exec 9>\"$LIFE\"; trap '' TERM; sleep 1000 & "
		"printf x >&9; wait; wait");
	struct place place;
	struct fsq_verdict verdict;
	struct fsq_job job;
	char id[FSQ_NAME_SIZE], end[FSQ_NAME_SIZE];
	int life;

	place_open(&place);
	place.rules.max_tries = 0;
	place_reopen(&place);
	life = open_life(&place, "life");
	program.timeout_ns = 20 * CLOCK_NS_PER_MS;
	program.grace_ns = 20 * CLOCK_NS_PER_MS;
	enqueue(place.fsq, NULL, NULL, id);
	start(&place, id, &program, &job);
	wait_for_life(life);
	ck_assert_int_eq(fsq_jobs_wait(&job, 1, NULL, 0, CLOCK_NEVER), 1);
	ck_assert(job.timed_out);
	ck_assert_int_eq(WTERMSIG(job.status), SIGKILL);
	ck_assert_int_eq(fsq_job_settle(&job, &verdict, end), 0);
	ck_assert_int_eq(verdict.end, FSQ_END_RETRY);
	ck_assert_int_eq(verdict.reason, FSQ_TIMED_OUT);
	wait_for_death(life);
	close(life);
	place_close(&place);
}
END_TEST

START_TEST(a_timeout_may_be_heeded)
{
	struct fsq_program program = script(
		"exec 9>\"$LIFE\"; trap 'exit 0' TERM; printf x >&9; "
		"while :; do sleep 0.01; done");
	struct place place;
	struct fsq_job job;
	char id[FSQ_NAME_SIZE];
	int life;

	place_open(&place);
	life = open_life(&place, "life");
	program.timeout_ns = 1;
	program.grace_ns = CLOCK_NEVER - 1;
	enqueue(place.fsq, NULL, NULL, id);
	start(&place, id, &program, &job);
	wait_for_life(life);
	wait_for(&job);
	ck_assert(job.timed_out);
	ck_assert_int_eq(job.status, 0);
	fsq_finish(&job.item, FSQ_END_FAIL, NULL);
	close(life);
	place_close(&place);
}
END_TEST

/* Many at once, and another descriptor beside them. */
START_TEST(jobs_are_polled_together)
{
	struct fsq_program program = script("read -r x <\"$LIFE\"; exit 0");
	struct place place;
	struct fsq_job jobs[4] = {0};
	struct fsq_verdict verdict;
	struct pollfd more;
	int fds[2], life, writer, nended = 0;

	place_open(&place);
	life = open_life(&place, "life");
	writer = open(life_path, O_RDWR | O_CLOEXEC);
	ck_assert_int_eq(pipe(fds), 0);
	more = (struct pollfd){.fd = fds[0], .events = POLLIN};
	for (int i = 0; i < 3; i++) { /* and one that is none */
		char id[FSQ_NAME_SIZE];

		enqueue(place.fsq, NULL, NULL, id);
		start(&place, id, &program, &jobs[i]);
	}
	ck_assert_int_eq(fsq_jobs_wait(jobs, 4, &more, 1, 0), 0);
	ck_assert_int_eq(write(fds[1], "x", 1), 1);
	ck_assert_int_eq(fsq_jobs_wait(jobs, 4, &more, 1, CLOCK_NEVER), 1);
	ck_assert_int_eq(more.revents, POLLIN);
	close(life);
	ck_assert_int_eq(write(writer, "\n\n\n", 3), 3);
	while (nended < 3) {
		ck_assert_int_gt(
			fsq_jobs_wait(jobs, 4, NULL, 0, CLOCK_NEVER), 0);
		for (int i = 0; i < 4; i++) {
			if (!fsq_job_poll(&jobs[i]))
				continue;
			ck_assert_int_eq(
				fsq_job_settle(&jobs[i], &verdict, NULL), 0);
			nended++;
		}
	}
	expect_counts(place.fsq, 0, 3, 0, 0);
	close(writer);
	close(fds[0]);
	close(fds[1]);
	place_close(&place);
}
END_TEST

/* A scanner of its own, which starts a program, tells its pid, and waits. */
static pid_t start_scanner(struct place *place, const char *id,
	const struct fsq_program *program, pid_t *program_pid)
{
	struct fsq_job job;
	int fds[2];
	pid_t pid;

	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		place_reopen(place);
		start(place, id, program, &job);
		if (write(fds[1], &job.pid, sizeof(job.pid)) < 0)
			_exit(1);
		for (;;)
			pause();
	}
	close(fds[1]);
	ck_assert_int_eq(read(fds[0], program_pid, sizeof(*program_pid)),
		sizeof(*program_pid));
	close(fds[0]);
	return pid;
}

static void kill_and_reap(pid_t pid)
{
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

/* Until nobody holds it: what is dying may still for a moment. */
static void wait_for_lock(const struct place *place, const char *id)
{
	int fd = openat(fsq_folder_fd(place->fsq, FSQ_QUEUE), id, O_RDONLY);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	close(fd);
}

/* Z14: the program that still runs keeps the item; then it is free again. */
START_TEST(z14_the_lock_outlives_the_scanner)
{
	struct fsq_program program = script(
		"exec 9>\"$LIFE\"; printf x >&9; exec sleep 1000");
	struct place place;
	struct fsq_item item;
	char id[FSQ_NAME_SIZE];
	pid_t scanner, runs;
	int life;

	place_open(&place);
	life = open_life(&place, "life");
	enqueue(place.fsq, NULL, NULL, id);
	scanner = start_scanner(&place, id, &program, &runs);
	wait_for_life(life);
	kill_and_reap(scanner);
	ck_assert_int_eq(fsq_claim(place.fsq, id, &item), -EAGAIN);
	ck_assert_int_eq(kill(runs, SIGKILL), 0);
	wait_for_lock(&place, id);
	ck_assert_int_eq(fsq_claim(place.fsq, id, &item), 0);
	ck_assert_uint_eq(item.name.tries, 0);
	ck_assert_int_eq(fsq_finish(&item, FSQ_END_DONE, NULL), 0);
	close(life);
	place_close(&place);
}
END_TEST

/* Z15: the program is killed, and the scanner before it hears of that. */
START_TEST(z15_both_are_killed)
{
	struct fsq_program program = script(
		"exec 9>\"$LIFE\"; printf x >&9; exec sleep 1000");
	struct place place;
	struct fsq_item item;
	char id[FSQ_NAME_SIZE];
	pid_t scanner, runs;
	int life;

	place_open(&place);
	life = open_life(&place, "life");
	enqueue(place.fsq, NULL, NULL, id);
	scanner = start_scanner(&place, id, &program, &runs);
	wait_for_life(life);
	ck_assert_int_eq(kill(scanner, SIGSTOP), 0);
	ck_assert_int_eq(kill(runs, SIGKILL), 0);
	kill_and_reap(scanner);
	wait_for_lock(&place, id);
	expect_counts(place.fsq, 1, 0, 0, 0);
	ck_assert_int_eq(fsq_claim(place.fsq, id, &item), 0);
	ck_assert_uint_eq(item.name.tries, 0);
	ck_assert_int_eq(fsq_finish(&item, FSQ_END_RELEASE, NULL), 0);
	close(life);
	place_close(&place);
}
END_TEST

/* The other choice: it dies with the scanner. */
START_TEST(a_program_may_die_with_its_scanner)
{
	struct fsq_program program = script(
		"exec 9>\"$LIFE\"; printf x >&9; exec sleep 1000");
	struct place place;
	struct fsq_item item;
	char id[FSQ_NAME_SIZE];
	pid_t scanner, runs;
	int life;

	program.die_with_us = true;
	place_open(&place);
	life = open_life(&place, "life");
	enqueue(place.fsq, NULL, NULL, id);
	scanner = start_scanner(&place, id, &program, &runs);
	wait_for_life(life);
	kill_and_reap(scanner);
	wait_for_lock(&place, id);
	ck_assert_int_eq(fsq_claim(place.fsq, id, &item), 0);
	ck_assert_int_eq(fsq_finish(&item, FSQ_END_RELEASE, NULL), 0);
	close(life);
	place_close(&place);
}
END_TEST

int main(void)
{
	return suite_run("fsq_run", 60,
		(const TTest *const[]){
			z11_the_status_decides,
			a_program_is_told_about_its_item,
			z22_a_program_of_a_host_is_told_which,
			a_program_that_is_not_there,
			an_item_may_name_its_program,
			a_program_begins_with_usual_signals,
			a_timeout_ends_the_whole_group,
			a_timeout_may_be_heeded,
			jobs_are_polled_together,
			z14_the_lock_outlives_the_scanner,
			z15_both_are_killed,
			a_program_may_die_with_its_scanner,
			NULL,
		});
}
