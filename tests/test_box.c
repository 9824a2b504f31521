/*
 * The box: each hostile program of tests/box/hostile.c ends, leaves nothing
 * behind, learns nothing, and what it did is said; with everything that the
 * system has, and where it refuses one thing or another.
 */
#include "lib/box.h"

#include "lib/clock.h"
#include "lib/must.h"
#include "lib/sanitizer.h"
#include "tests/suite.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	SOMEBODY = 23456, /* a user, if we are root */
	LANDLOCK_CREATE_RULESET = 444,
	SAID_SIZE = 4096,
	PATH_SIZE = 200,
};

static const uint64_t soon_ns = CLOCK_NS_PER_S / 10;
static const uint64_t never_ns = 60 * CLOCK_NS_PER_S;

static char folder[PATH_SIZE / 2]; /* with the hostile program */
static char hostile[PATH_SIZE], secret[PATH_SIZE];

static const char *const environment[] = {"PATH=/usr/bin:/bin", NULL};

/* What came out of a box. */
struct said {
	char text[SAID_SIZE];
	size_t length;
	uint64_t size;
};

static void hear(void *context, const char *text, size_t length)
{
	struct said *said = context;
	size_t room = SAID_SIZE - 1 - said->length;
	size_t some = length < room ? length : room;

	memcpy(said->text + said->length, text, some);
	said->length += some;
	said->size += length;
}

static struct box_options plain(const char *const *arguments, struct said *said)
{
	return (struct box_options){
		.arguments = arguments,
		.environment = environment,
		.output = hear,
		.context = said,
		.places = {{folder, BOX_READ}},
		.limits = {.wall_ns = never_ns,
			.cpu_s = 20,
			.memory_size = UINT64_C(800) << 20,
			.file_size = 1 << 20,
			.output_size = 1 << 20,
			.tmp_size = 4 << 20,
			.nfiles = 100,
			.nprocesses = 32,
			.ndescriptors = 64},
	};
}

/* Processes that run the hostile program. */
static unsigned count_strays(void)
{
	DIR *all = opendir("/proc");
	const struct dirent *entry;
	char link[300], target[PATH_MAX];
	unsigned n = 0;

	while (all && (entry = readdir(all))) {
		snprintf(link, sizeof(link), "/proc/%s/exe", entry->d_name);
		ssize_t length = readlink(link, target, sizeof(target) - 1);

		target[length > 0 ? length : 0] = '\0';
		n += !strcmp(target, hostile);
	}
	closedir(all);
	return n;
}

struct kind {
	const char *name;
	const char *argument;
	uint64_t wall_ns; /* 0: long */
	const char *words; /* part of what is said about it, or printed */
	uint64_t memory_size; /* 0: as plain */
};

static char our_pid[20], our_port[20];

static const struct kind kinds[] = {
	{"well", "", 0, "ended well", 0},
	{"loop", "", soon_ns, "a loop without end", 0},
	{"deadlock", "", soon_ns, "a deadlock", 0},
	{"fork-bomb", "", soon_ns, "process after process", 0},
	{"thread-bomb", "", 0, " threads", 0},
	{"memory", "", 0, "ended by SIGSEGV: it used memory", 32 << 20},
	{"output", "", 0, "it had written 1 MiB", 0},
	{"big-file", "", 0, "", 0},
	{"many-files", "", 0, "ended with status 7", 0},
	{"kill-ancestors", our_pid, 0, "ended well", 0},
	{"daemonise", "", 0, "left behind", 0},
	{"hold-pipe", "", 0, "1 process that it had left behind was ended", 0},
	{"ignore-signals", "", soon_ns, "a loop without end", 0},
	{"terminal", "", 0, "ended well", 0},
	{"read-files", secret, 0, "ended well", 0},
	{"change-files", secret, 0, "ended well", 0},
	{"environment", "", 0, "ended well", 0},
	{"network", our_port, 0, "ended well", 0},
	{"descriptors", "", 0, "ended well", 0},
	{"zombies", "", 0, "ended well", 0},
	{"privileges", "", 0, "ended well", 0},
	{"status", "41", 0, "ended with status 41", 0},
	{"crash", "8", 0, "ended by SIGFPE: it divided", 0},
	{NULL, NULL, 0, NULL, 0},
};

static bool is_said(const char *words, const char *what, const char *heard)
{
	return strstr(what, words) || strstr(heard, words);
}

/* A busy machine may need longer to come to what the time is up for. */
static void put_in(
	const struct kind *kind, struct said *said, struct box_result *result)
{
	const char *const arguments[] = {
		hostile, kind->name, kind->argument, NULL};
	struct box_options options = plain(arguments, said);
	char words[BOX_WORDS_SIZE] = "";
	uint64_t wall_ns = kind->wall_ns ? kind->wall_ns : never_ns;

	if (kind->memory_size)
		options.limits.memory_size = kind->memory_size;
	for (; wall_ns <= never_ns; wall_ns *= 5) {
		*said = (struct said){.length = 0};
		options.limits.wall_ns = wall_ns;
		ck_assert_int_eq(box_run(&options, result), 0);
		box_describe(result, &options.limits, words);
		if (is_said(kind->words, words, said->text))
			return;
	}
	ck_abort_msg("%s: not '%s' but: %s", kind->name, kind->words, words);
}

/* The program of that kind does no harm; which layers were missing. */
static unsigned survive(const struct kind *kind)
{
	struct said said = {.length = 0};
	struct box_result result;

	put_in(kind, &said, &result);
	ck_assert_msg(
		!strstr(said.text, "STOLEN"), "%s: %s", kind->name, said.text);
	ck_assert_uint_le(said.size, 2 << 20);
	ck_assert_uint_eq(count_strays(), 0);
	ck_assert_int_lt(access("/tmp/big", F_OK), 0);
	ck_assert_int_lt(access("/tmp/many.0", F_OK), 0);
	ck_assert_int_eq(access(secret, F_OK), 0);
	return result.missing;
}

/* Those in a list of names; without a list, all. */
static unsigned survive_all(const char *names)
{
	unsigned missing = 0;

	snprintf(our_pid, sizeof(our_pid), "%d", getpid());
	for (unsigned i = 0; kinds[i].name; i++) {
		if (!names || strstr(names, kinds[i].name))
			missing |= survive(&kinds[i]);
	}
	return missing;
}

static void be_somebody(void)
{
	gid_t group = SOMEBODY;

	if (geteuid())
		return;
	ck_assert_int_eq(setgroups(1, &group), 0);
	ck_assert_int_eq(setresgid(group, group, group), 0);
	ck_assert_int_eq(setresuid(SOMEBODY, SOMEBODY, SOMEBODY), 0);
	prctl(PR_SET_DUMPABLE, 1);
}

/* As a kernel does that has no such call, or a container that forbids it. */
static void be_refused(unsigned number)
{
	struct sock_filter steps[] = {
		{BPF_LD | BPF_W | BPF_ABS, 0, 0,
			offsetof(struct seccomp_data, nr)},
		{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, number},
		{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM},
		{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
	};
	struct sock_fprog program = {
		.len = sizeof(steps) / sizeof(*steps), .filter = steps};

	ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	ck_assert_int_eq(
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

START_TEST(r40_every_kind)
{
	survive_all(NULL);
}
END_TEST

START_TEST(r41_every_kind_as_another_user)
{
	be_somebody();
	ck_assert_uint_eq(survive_all(NULL) & BOX_USER, 0);
}
END_TEST

START_TEST(r41_every_kind_without_namespaces)
{
	unsigned missing;

	be_refused(SYS_unshare);
	missing = survive_all(NULL);
	ck_assert_uint_eq(missing & (BOX_PIDS | BOX_FILES | BOX_NETWORK),
		BOX_PIDS | BOX_FILES | BOX_NETWORK);
	ck_assert_uint_eq(missing & BOX_SECCOMP, 0);
}
END_TEST

START_TEST(r41_every_kind_as_another_user_without_namespaces)
{
	be_somebody();
	be_refused(SYS_unshare);
	survive_all(NULL);
}
END_TEST

/* Files cannot be kept from it then; everything else still holds. */
START_TEST(r41_neither_namespaces_nor_landlock)
{
	be_somebody();
	be_refused(SYS_unshare);
	be_refused(LANDLOCK_CREATE_RULESET);
	survive_all("loop deadlock fork-bomb output kill-ancestors daemonise "
		    "hold-pipe network descriptors environment privileges");
}
END_TEST

START_TEST(r41_what_is_missing_is_named)
{
	char words[BOX_WORDS_SIZE];

	ck_assert_str_eq(box_missing(0, words), "");
	ck_assert_str_eq(box_missing(BOX_PIDS | BOX_CGROUP, words),
		"no process namespace, no control group");
}
END_TEST

START_TEST(what_cannot_be_started_is_an_error)
{
	static const char *const missing[] = {"no-such-program", NULL};
	const char *const not_executable[] = {secret, NULL};
	struct box_result result;
	struct box_options options = plain(missing, NULL);

	ck_assert_int_eq(box_run(&options, &result), -ENOENT);
	options.arguments = not_executable;
	ck_assert_int_lt(box_run(&options, &result), 0);
}
END_TEST

static int stop(void *context)
{
	(void)context;
	return 1;
}

START_TEST(a_tick_can_end_it)
{
	const char *const arguments[] = {hostile, "ignore-signals", NULL};
	struct box_options options = plain(arguments, NULL);
	struct box_result result;

	options.output = NULL;
	options.tick = stop;
	ck_assert_int_eq(box_run(&options, &result), 0);
	ck_assert_int_eq(result.end, BOX_STOPPED);
	ck_assert_uint_eq(count_strays(), 0);
}
END_TEST

static void run_shell(const char *script, struct box_options *options,
	struct box_result *result)
{
	const char *const arguments[] = {"sh", "-c", script, NULL};

	options->arguments = arguments;
	ck_assert_int_eq(box_run(options, result), 0);
}

START_TEST(all_of_the_output_arrives)
{
	struct said said = {.length = 0};
	struct box_options options = plain(NULL, &said);
	struct box_result result;

	run_shell("head -c 1000000 /usr/bin/env /usr/bin/sort >/dev/null;"
		  "i=0; while [ $i -lt 2000 ]; do echo 0123456789; "
		  "i=$((i + 1)); done; echo last >&2",
		&options, &result);
	ck_assert_int_eq(result.end, BOX_EXITED);
	ck_assert_uint_eq(said.size, 2000 * 11 + 5);
}
END_TEST

static void write_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);

	must(fd >= 0);
	must(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	fchmod(fd, mode);
	close(fd);
}

/* A folder inside the tests' own. */
static void make_folder(char path[PATH_SIZE], const char *name, mode_t mode)
{
	snprintf(path, PATH_SIZE, "%s/%s", folder, name);
	ck_assert_int_eq(mkdir(path, mode), 0);
}

static void path_in(char path[PATH_SIZE * 2], const char *in, const char *name)
{
	snprintf(path, PATH_SIZE * 2, "%s/%s", in, name);
}

/* What only we may read is readable inside, but no link leads elsewhere. */
static void copies_and_results(void)
{
	char from[PATH_SIZE], into[PATH_SIZE], path[PATH_SIZE * 2];
	char script[PATH_SIZE * 4];
	struct said said = {.length = 0};
	struct box_options options = plain(NULL, &said);
	struct box_result result;
	struct stat st;

	make_folder(from, "from", 0700);
	make_folder(into, "into", 0700);
	path_in(path, from, "private");
	write_file(path, "content\n", 0600);
	path_in(path, from, "link");
	ck_assert_int_eq(symlink(secret, path), 0);
	ck_assert_int_eq(box_give(into), 0);
	options.places[0] = (struct box_place){from, BOX_COPY};
	options.places[1] = (struct box_place){into, BOX_WRITE};
	snprintf(script, sizeof(script),
		"cat '%s/private' >'%s/result'; "
		"cat '%s/link'",
		from, into, from);
	run_shell(script, &options, &result);
	path_in(path, into, "result");
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq((int)st.st_size, 8);
	ck_assert_ptr_null(strstr(said.text, "STOLEN"));
	ck_assert_ptr_null(strstr(said.text, "the secret"));
	snprintf(script, sizeof(script), "rm -r '%s' '%s'", from, into);
	ck_assert_int_eq(system(script), 0);
}

START_TEST(copies_go_in_and_results_come_out)
{
	copies_and_results();
}
END_TEST

START_TEST(r41_copies_and_results_without_namespaces)
{
	be_refused(SYS_unshare);
	copies_and_results();
}
END_TEST

START_TEST(a_descriptor_is_passed)
{
	struct said said = {.length = 0};
	struct box_options options = plain(NULL, &said);
	struct box_result result;
	char text[10] = "";
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	options.passed[0] = (struct box_passed){ends[1], 9};
	options.npassed = 1;
	run_shell("echo passed >&9", &options, &result);
	ck_assert_int_eq(result.code, 0);
	ck_assert_int_eq(read(ends[0], text, sizeof(text)), 7);
	ck_assert_str_eq(text, "passed\n");
}
END_TEST

/* Somebody has to be there, or nothing is proved by the network's silence. */
static void listen_somewhere(void)
{
	struct sockaddr_in here = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(here);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (void *)&here, size) < 0 || listen(fd, 5) < 0)
		return;
	getsockname(fd, (void *)&here, &size);
	snprintf(our_port, sizeof(our_port), "%d", ntohs(here.sin_port));
}

static int compile(void)
{
	char command[PATH_SIZE * 2];

	snprintf(command, sizeof(command),
		"cc -O1 -D_GNU_SOURCE -pthread -o '%s' tests/box/hostile.c",
		hostile);
	return system(command);
}

static void remove_all(void)
{
	unlink(hostile);
	unlink(secret);
	rmdir(folder);
}

/* The secret is ours and lies where everybody may read and write it. */
static int prepare(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%s/test_box.XXXXXX",
		tmp && strlen(tmp) < PATH_SIZE / 4 ? tmp : "/tmp");
	if (!mkdtemp(folder) || chmod(folder, 0755) < 0)
		return -1;
	snprintf(hostile, sizeof(hostile), "%s/hostile", folder);
	snprintf(secret, sizeof(secret), "%s.secret", folder);
	write_file(secret, "the secret\n", 0666);
	setenv("conc_test", "secret", 1);
	listen_somewhere();
	return compile();
}

int main(void)
{
	int status;

	if (RUNNING_ON_VALGRIND) {
		puts("skipped: valgrind does not know what a box is made of");
		return 0;
	}
	if (prepare()) {
		puts("skipped: no compiler for the hostile program");
		remove_all();
		return 0;
	}
	status = suite_run("box", 120,
		(const TTest *const[]){r40_every_kind,
			r41_every_kind_as_another_user,
			r41_every_kind_without_namespaces,
			r41_every_kind_as_another_user_without_namespaces,
			r41_neither_namespaces_nor_landlock,
			r41_what_is_missing_is_named,
			what_cannot_be_started_is_an_error, a_tick_can_end_it,
			all_of_the_output_arrives,
			copies_go_in_and_results_come_out,
			r41_copies_and_results_without_namespaces,
			a_descriptor_is_passed, NULL});
	remove_all();
	return status;
}
