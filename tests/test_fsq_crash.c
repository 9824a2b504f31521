/*
 * Each command of a queue is killed before each of its system calls in turn,
 * and so is the command that comes after that to mend it (rows 7 and 45).
 * CRASH=full kills the second at each of its calls, too, for each of the
 * first's.
 */
#include "tests/crash/tracee.h"
#include "tests/fsq_census.h"

#include <stdlib.h>
#include <sys/syscall.h>

enum {
	NITEMS = 2,
	WORDS_MAX = 16
};

/* What is run, and what must hold after a kill and in the end. */
struct scene {
	const char *words[WORDS_MAX]; /* after `conc fsq` */
	const char *again[WORDS_MAX]; /* what mends it; the same if not given */
	const char *in; /* stdin */
	bool contentless; /* items are empty */
	enum fsq_folder from; /* where NITEMS lie before */
	bool empty; /* … or nothing */
	bool with_r; /* the queue r is there, too */
	bool with_host; /* … and in q that of a host */
	bool may_fail; /* again, since all was done */
	void (*halfway)(void);
	void (*finally)(void);
};

static struct {
	struct place place;
	char conc[PATH_MAX];
	char out[96], effects[96], in[96];
	off_t size; /* of each item */
	unsigned nkills;
	bool orphans_live; /* the programs of a killed scanner go on */
} stage;

#define ID_0 "_20261121053427_0_1_vm_0_0"
#define ID_1 "_20261121053427_1_1_vm_0_1"
#define PROGRAM "/bin/sh", "-c", "echo $1 >>$0", stage.effects

static struct census take_census(void)
{
	struct census census;

	census_take(&census, stage.place.fsq, NITEMS, stage.size);
	return census;
}

static void each_is_in_one_place(void)
{
	struct census census = take_census();

	for (int i = 0; i < NITEMS; i++)
		ck_assert_int_eq(census_count(&census, i), 1);
}

static void all_are_in(enum fsq_folder folder)
{
	each_is_in_one_place();
	ck_assert_int_eq(count_in(stage.place.fsq, folder), NITEMS);
}

/* Each program's run is a line with the item's number. */
static int count_effects(int number)
{
	FILE *file = fopen(stage.effects, "r");
	int line, n = 0;

	while (file && fscanf(file, "%d", &line) == 1)
		n += line == number;
	if (file)
		fclose(file);
	return n;
}

/* At least once, and once more for each kill at most. */
static void effects_are_few(void)
{
	int sum = 0;

	for (int i = 0; i < NITEMS; i++) {
		ck_assert_int_ge(count_effects(i), 1);
		sum += count_effects(i);
	}
	ck_assert_int_le(sum, NITEMS + (int)stage.nkills);
}

static void what_is_done_was_run(void)
{
	struct census census = take_census();

	each_is_in_one_place();
	for (int i = 0; i < NITEMS; i++) {
		if (census.n[FSQ_DONE][i])
			ck_assert_int_ge(count_effects(i), 1);
	}
}

static void all_are_done(void)
{
	all_are_in(FSQ_DONE);
	effects_are_few();
}

static void all_have_failed(void)
{
	all_are_in(FSQ_FAIL);
}

static void all_wait(void)
{
	all_are_in(FSQ_QUEUE);
}

/* Whoever read an id can rely on it. */
static void what_was_acknowledged_waits(void)
{
	FILE *file = fopen(stage.out, "r");
	char id[FSQ_NAME_SIZE + 1];

	take_census();
	while (file && fgets(id, sizeof(id), file)) {
		if (!strchr(id, '\n'))
			break;
		id[strlen(id) - 1] = '\0';
		ck_assert(is_in(stage.place.fsq, FSQ_QUEUE, id));
	}
	if (file)
		fclose(file);
}

static void each_waits(void)
{
	struct census census = take_census();

	what_was_acknowledged_waits();
	ck_assert_int_ge(census.n[FSQ_QUEUE][0], 1);
	ck_assert_int_eq(count_in(stage.place.fsq, FSQ_TMP), 0);
}

/* The queue r is whole, or is not there. */
static bool is_whole(void)
{
	struct fsq *fsq;
	int error = fsq_open(&stage.place.rules, "r", &fsq);

	if (error) {
		ck_assert_int_eq(error, -ENOENT);
		return false;
	}
	fsq_close(fsq);
	return true;
}

/* In the host's queue each is once, or is where it was. */
static void each_is_somewhere(void)
{
	struct census census = take_census(), hosts;
	struct fsq *host;

	ck_assert_int_eq(fsq_open_host(stage.place.fsq, "h", &host), 0);
	census_take(&hosts, host, NITEMS, stage.size);
	fsq_close(host);
	for (int i = 0; i < NITEMS; i++) {
		ck_assert_int_eq(census_count(&census, i), 1);
		ck_assert_int_le(hosts.n[FSQ_QUEUE][i], 1);
		ck_assert(hosts.n[FSQ_QUEUE][i] || census.n[FSQ_QUEUE][i]);
	}
}

static void all_are_given(void)
{
	each_is_somewhere();
	all_are_in(FSQ_DONE);
}

static void host_is_there(void)
{
	struct fsq *host;

	ck_assert_int_eq(fsq_open_host(stage.place.fsq, "g", &host), 0);
	fsq_close(host);
}

static void whole_or_none(void)
{
	is_whole();
}

static void is_there(void)
{
	ck_assert(is_whole());
}

static void is_gone(void)
{
	ck_assert(!is_whole());
}

static const struct scene scenes[] = {
	{
		.words = {"enqueue", "q", "0"},
		.in = "text",
		.empty = true,
		.halfway = what_was_acknowledged_waits,
		.finally = each_waits,
	},
	{
		.words = {"enqueue", "--batch", "q"},
		.in = "0\n1\n",
		.empty = true,
		.contentless = true,
		.halfway = what_was_acknowledged_waits,
		.finally = each_waits,
	},
	{
		.words = {"scan", "q", PROGRAM},
		.halfway = what_is_done_was_run,
		.finally = all_are_done,
	},
	{
		.words = {"scan", "-m", "9", "q", "/bin/sh", "-c", "exit 111"},
		.again = {"scan", "-m", "9", "q", PROGRAM},
		.halfway = each_is_in_one_place,
		.finally = all_are_done,
	},
	{
		.words = {"scan", "q", "/bin/false"},
		.may_fail = true,
		.halfway = each_is_in_one_place,
		.finally = all_have_failed,
	},
	{
		.words = {"retry", "--all", "q"},
		.from = FSQ_FAIL,
		.halfway = each_is_in_one_place,
		.finally = all_wait,
	},
	{
		.words = {"fail", "q", ID_0, ID_1},
		.may_fail = true,
		.halfway = each_is_in_one_place,
		.finally = all_have_failed,
	},
	{
		.words = {"install", "-d", "-t", "r"},
		.again = {"install", "-i", "r"},
		.halfway = whole_or_none,
		.finally = is_there,
	},
	{
		.words = {"host-dist", "q"},
		.with_host = true,
		.halfway = each_is_somewhere,
		.finally = all_are_given,
	},
	{
		.words = {"add-host", "g", "q"},
		.again = {"add-host", "-i", "g", "q"},
		.halfway = each_is_in_one_place,
		.finally = host_is_there,
	},
	{
		.words = {"uninstall", "--yes", "r"},
		.with_r = true,
		.may_fail = true,
		.halfway = whole_or_none,
		.finally = is_gone,
	},
};

enum {
	NSCENES = sizeof(scenes) / sizeof(*scenes)
};

static void put_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

static void set_stage(const struct scene *scene)
{
	const struct fsq_install plain = {0};
	struct place *place = &stage.place;

	place_open(place);
	setenv("FSQ_ROOT", place->root, 1);
	snprintf(stage.out, sizeof(stage.out), "%s/out", place->root);
	snprintf(stage.in, sizeof(stage.in), "%s/in", place->root);
	snprintf(stage.effects, sizeof(stage.effects), "%s/effects",
		place->root);
	put_file(stage.in, scene->in ? scene->in : "");
	if (scene->with_r)
		ck_assert_int_eq(fsq_install(&place->rules, "r", &plain), 0);
	if (scene->with_host)
		ck_assert_int_eq(fsq_host_add(place->fsq, "h", &plain), 0);
	if (!scene->empty) {
		plant(place->fsq, scene->from, ID_0, "text");
		plant(place->fsq, scene->from, ID_1, "text");
	}
	stage.size = scene->contentless ? 0 : 4;
	stage.nkills = 0;
}

static void make_command(
	const char *const *words, const char *argv[WORDS_MAX + 3])
{
	int n = 0;

	argv[n++] = stage.conc;
	argv[n++] = "fsq";
	for (int i = 0; i < WORDS_MAX && words[i]; i++)
		argv[n++] = words[i];
	argv[n] = NULL;
}

/* What the command does to a queue begins where it opens the root. */
static bool opens_root(const struct tracee *tracee)
{
	char path[128];

	if (tracee->call.entry.nr != SYS_openat)
		return false;
	tracee_read_text(tracee, 1, path, sizeof(path));
	return !strcmp(path, stage.place.root);
}

static void kill_scanner(struct tracee *tracee)
{
	if (!stage.orphans_live)
		tracee_kill_children(tracee);
	tracee_kill(tracee);
	stage.nkills++;
	while (waitpid(-1, NULL, 0) > 0)
		;
}

/*
 * Returns whether it was killed: there was such a call. One that follows a call
 * that failed is not counted, since nothing has changed.
 */
static bool killed_before(const char *const *words, int at)
{
	const struct tracee_streams streams = {stage.in, stage.out, NULL};
	const char *argv[WORDS_MAX + 3];
	struct tracee tracee;
	bool touched = false;

	make_command(words, argv);
	ck_assert(tracee_start(&tracee, argv, &streams));
	while (tracee_next(&tracee)) {
		touched = touched || opens_root(&tracee);
		if (touched && tracee.result >= 0 && at-- == 0) {
			kill_scanner(&tracee);
			return true;
		}
	}
	ck_assert(WIFEXITED(tracee.status));
	return false;
}

static const char *const *again(const struct scene *scene)
{
	return *scene->again ? scene->again : scene->words;
}

static void run_again(const struct scene *scene)
{
	const struct tracee_streams streams = {stage.in, stage.out, NULL};
	const char *argv[WORDS_MAX + 3];
	int status;

	make_command(again(scene), argv);
	status = run_command(argv, &streams);
	if (status)
		ck_assert_int_eq(status, scene->may_fail ? 111 : status + 1);
	scene->finally();
}

/* The n-th of the calls to be tried: each, or some where all is slow. */
static int nth_call(int n)
{
	return SANITIZER_ADDRESS || SANITIZER_THREAD ? 41 * n : n;
}

/* Killed at one call, and when it is mended at another, if there are such
 * calls and `second` is not -1. Returns how often it was killed. */
static unsigned play(const struct scene *scene, int first, int second)
{
	unsigned nkills;

	set_stage(scene);
	if (killed_before(scene->words, first)) {
		scene->halfway();
		if (second >= 0)
			killed_before(again(scene), second);
		scene->halfway();
		run_again(scene);
	}
	nkills = stage.nkills;
	place_close(&stage.place);
	return nkills;
}

static bool is_possible(void)
{
	tracee_find_conc(stage.conc);
	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	return tracee_is_possible();
}

START_TEST(killed_at_any_call_and_mended)
{
	if (!is_possible())
		return;
	for (size_t i = 0; i < NSCENES; i++) {
		int n = 0;

		fprintf(stderr, "%s\n", scenes[i].words[0]);
		while (play(&scenes[i], n, -1)) {
			stage.orphans_live = !stage.orphans_live;
			n++;
		}
		ck_assert_int_gt(n, 10);
		fprintf(stderr, "%s: killed at %d calls\n", scenes[i].words[0],
			n);
	}
}
END_TEST

/* Some of the pairs of calls, spread over all. */
static int try_pairs(const struct scene *scene)
{
	int n = 0, first = 0, second = 0;

	while (play(scene, nth_call(first), second)) {
		n++;
		first += 7;
		second = (second + 11) % 31;
	}
	return n;
}

static int try_all_pairs(const struct scene *scene)
{
	int n = 0, first = 0;

	while (play(scene, first, -1)) {
		int second = 0;

		while (play(scene, first, second) == 2)
			second++;
		n += second;
		first++;
	}
	return n;
}

START_TEST(killed_again_while_it_is_mended)
{
	const char *how = getenv("CRASH");
	bool all = how && !strcmp(how, "full");

	if (!is_possible())
		return;
	for (size_t i = 0; i < NSCENES; i++) {
		int n = (all ? try_all_pairs : try_pairs)(&scenes[i]);

		ck_assert_int_gt(n, 0);
		fprintf(stderr, "%s: killed twice at %d pairs of calls\n",
			scenes[i].words[0], n);
	}
}
END_TEST

int main(void)
{
	return suite_run("fsq_crash", 60,
		(const TTest *const[]){
			killed_at_any_call_and_mended,
			killed_again_while_it_is_mended,
			NULL,
		});
}
