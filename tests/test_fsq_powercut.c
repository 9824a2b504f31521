/*
 * The power fails after each call by which a command puts, ends or retries
 * items (rows 8 and 9): nothing that was acknowledged is lost, nothing in the
 * queue is half there. The calls are those of the commands, as traced; what
 * the disk may hold after each is worked out (powercut.h). The same calls
 * without one kind of sync lose items, which shows that losses are seen.
 */
#include "tests/crash/powercut.h"
#include "tests/crash/tracee.h"
#include "tests/fsq_place.h"

#include <sys/syscall.h>

enum {
	NITEMS = 30,
	SIZE = 100 * 1000 /* several writes */
};

static struct {
	struct place place;
	struct disk disk;
	ino_t inodes[FILES_MAX];
	char names[FILES_MAX][FSQ_NAME_SIZE]; /* the last that it had */
	struct tracee tracee;
	char conc[PATH_MAX], content[96], list[96];
} lab;

/* "/proc/PID/fd/N" of a descriptor of the tracee, or the path it stands for. */
static void path_of(int fd, char path[64])
{
	snprintf(path, 64, "/proc/%d/fd/%d", (int)lab.tracee.pid, fd);
}

static int folder_of(int fd)
{
	char path[64];
	struct stat st, folder;

	path_of(fd, path);
	if (stat(path, &st))
		return NOWHERE;
	for (int i = 0; i < FSQ_NFOLDERS; i++) {
		fstat(fsq_folder_fd(lab.place.fsq, i), &folder);
		if (st.st_dev == folder.st_dev && st.st_ino == folder.st_ino)
			return i;
	}
	return NOWHERE;
}

/* A regular file of the queue, by its number from 0; or -1. */
static int file_of(const struct stat *st)
{
	struct stat root;

	fstat(fsq_folder_fd(lab.place.fsq, FSQ_QUEUE), &root);
	if (!S_ISREG(st->st_mode) || st->st_dev != root.st_dev)
		return -1;
	for (int i = 0; i < lab.disk.nfiles; i++) {
		if (lab.inodes[i] == st->st_ino)
			return i;
	}
	ck_assert_int_lt(lab.disk.nfiles, FILES_MAX);
	lab.inodes[lab.disk.nfiles] = st->st_ino;
	return lab.disk.nfiles++;
}

static int file_at(int fd)
{
	char path[64];
	struct stat st;

	path_of(fd, path);
	return stat(path, &st) ? -1 : file_of(&st);
}

static int file_named(int dir, const char *name)
{
	char path[64 + FSQ_NAME_SIZE];
	struct stat st;

	path_of(dir, path);
	strcat(strcat(path, "/"), name);
	return lstat(path, &st) ? -1 : file_of(&st);
}

static int find_name(const char *name)
{
	for (int i = 0; i < lab.disk.nfiles; i++) {
		if (!strcmp(lab.names[i], name))
			return i;
	}
	ck_abort_msg("an unknown id was printed: %s", name);
	return -1;
}

static int descriptor(int argument)
{
	return (int)lab.tracee.call.entry.args[argument];
}

/* What is printed by a command that enqueues are ids of items that are safe. */
static void note_output(void)
{
	static char text[FSQ_NAME_SIZE * NITEMS];
	char *line, *rest = text;

	tracee_read_text(&lab.tracee, 1, text, sizeof(text));
	text[lab.tracee.call.entry.args[2]] = '\0';
	while ((line = strsep(&rest, "\n")) && *line)
		disk_note(&lab.disk,
			(struct event){EVENT_PROMISE, .file = find_name(line)});
}

static struct event write_of(int fd)
{
	return (struct event){EVENT_WRITE,
		.file = fd > STDERR_FILENO ? file_at(fd) : -1,
		.size = lab.tracee.call.entry.args[2]};
}

static struct event sync_of(int fd)
{
	int folder = folder_of(fd), file = file_at(fd);

	if (file >= 0)
		return (struct event){EVENT_SYNC_FILE, .file = file};
	return (struct event){EVENT_SYNC_FOLDER, .to = folder,
		.file = folder == NOWHERE ? -1 : 0};
}

/* A link from another directory than tmp/ would be a second name. */
static struct event link_of(void)
{
	char name[FSQ_NAME_SIZE], from[64];
	struct event event = {
		EVENT_MOVE, .from = NOWHERE, .to = folder_of(descriptor(2))};
	int fd;

	tracee_read_text(&lab.tracee, 1, from, sizeof(from));
	tracee_read_text(&lab.tracee, 3, name, sizeof(name));
	if (!*from)
		event.file = file_at(descriptor(0));
	else if (sscanf(from, "/proc/self/fd/%d", &fd) == 1)
		event.file = file_at(fd);
	else
		ck_abort_msg("a second name for %s", from);
	if (event.file >= 0)
		strcpy(lab.names[event.file], name);
	return event;
}

static struct event rename_of(void)
{
	char old[FSQ_NAME_SIZE], new[FSQ_NAME_SIZE];
	struct event event = {EVENT_MOVE, .from = folder_of(descriptor(0)),
		.to = folder_of(descriptor(2))};

	tracee_read_text(&lab.tracee, 1, old, sizeof(old));
	tracee_read_text(&lab.tracee, 3, new, sizeof(new));
	event.file = file_named(descriptor(0), old);
	if (event.file >= 0)
		strcpy(lab.names[event.file], new);
	return event;
}

/* What the call will have done; file -1: nothing to a queue. */
static struct event event_of(void)
{
	switch (lab.tracee.call.entry.nr) {
	case SYS_write:
		if (descriptor(0) == STDOUT_FILENO)
			note_output();
		return write_of(descriptor(0));
	case SYS_fsync:
	case SYS_fdatasync:
		return sync_of(descriptor(0));
	case SYS_syncfs:
		return (struct event){EVENT_SYNC_ALL, .file = 0};
	case SYS_linkat:
		return link_of();
	case SYS_renameat2:
		return rename_of();
	case SYS_renameat:
	case SYS_unlinkat:
		ck_abort_msg("no way to move an item");
		break;
	}
	return (struct event){.file = -1};
}

static void trace(const char *const *words, const char *in)
{
	const struct tracee_streams streams = {.in = in};
	const char *argv[16] = {lab.conc, "fsq"};
	struct event event = {.file = -1};

	for (int i = 0; words[i]; i++)
		argv[i + 2] = words[i];
	ck_assert(tracee_start(&lab.tracee, argv, &streams));
	while (tracee_next(&lab.tracee)) {
		if (event.file >= 0 && lab.tracee.result >= 0)
			disk_note(&lab.disk, event);
		event = event_of();
	}
	ck_assert(WIFEXITED(lab.tracee.status));
	ck_assert_int_eq(WEXITSTATUS(lab.tracee.status), 0);
}

static void put_content(const char *path, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ftruncate(fd, size), 0);
	close(fd);
}

static void open_lab(void)
{
	FILE *list;

	tracee_find_conc(lab.conc);
	place_open(&lab.place);
	setenv("FSQ_ROOT", lab.place.root, 1);
	snprintf(lab.content, sizeof(lab.content), "%s/in", lab.place.root);
	put_content(lab.content, SIZE);
	snprintf(lab.list, sizeof(lab.list), "%s/list", lab.place.root);
	list = fopen(lab.list, "w");
	for (int i = 0; i < NITEMS; i++)
		fprintf(list, "%d\n", i);
	fclose(list);
	lab.disk.whole = SIZE;
}

/* Enough states, and no harm in any. */
static void expect_no_harm(const char *what, unsigned nstates)
{
	disk_try_all(&lab.disk);
	fprintf(stderr, "%s: %d events, %u states\n", what, lab.disk.nevents,
		lab.disk.nstates);
	ck_assert_uint_ge(lab.disk.nstates, nstates);
	ck_assert_uint_eq(lab.disk.nlost, 0);
	ck_assert_uint_eq(lab.disk.ntorn, 0);
	ck_assert_uint_eq(lab.disk.nmisplaced, 0);
}

static void expect_harm_without_syncs(void)
{
	lab.disk.deaf_to_files = true;
	disk_try_all(&lab.disk);
	ck_assert_uint_gt(lab.disk.ntorn, 0);
	lab.disk.deaf_to_files = false;
	lab.disk.deaf_to_folders = true;
	disk_try_all(&lab.disk);
	ck_assert_uint_gt(lab.disk.nlost, 0);
	lab.disk.deaf_to_folders = false;
}

static const char *const enqueue_words[] = {"enqueue", "q", "a", NULL};
static const char *const scan_words[] = {
	"scan", "--jobs", "2", "q", "/bin/true", NULL};
static const char *const retry_words[] = {
	"retry", "--all", "--done", "q", NULL};

static void enqueue_all(void)
{
	for (int i = 0; i < NITEMS; i++)
		trace(enqueue_words, lab.content);
	expect_counts(lab.place.fsq, NITEMS, 0, 0, 0);
}

START_TEST(what_is_enqueued_survives_a_power_cut)
{
	if (!tracee_is_possible())
		return;
	open_lab();
	enqueue_all();
	expect_no_harm("enqueue", 100);
	expect_harm_without_syncs();
	place_close(&lab.place);
}
END_TEST

START_TEST(a_batch_survives_a_power_cut)
{
	static const char *const words[] = {"enqueue", "--batch", "q", NULL};

	if (!tracee_is_possible())
		return;
	open_lab();
	lab.disk.whole = 0;
	trace(words, lab.list);
	expect_counts(lab.place.fsq, NITEMS, 0, 0, 0);
	expect_no_harm("enqueue --batch", 100);
	place_close(&lab.place);
}
END_TEST

START_TEST(the_fast_way_is_lost)
{
	static const char *const words[] = {
		"enqueue", "--fast", "q", "a", NULL};

	if (!tracee_is_possible())
		return;
	open_lab();
	for (int i = 0; i < 3; i++)
		trace(words, lab.content);
	disk_try_all(&lab.disk);
	ck_assert_uint_gt(lab.disk.nlost, 0);
	ck_assert_uint_gt(lab.disk.ntorn, 0);
	place_close(&lab.place);
}
END_TEST

/* What scan and retry have done when they end is done for good. */
START_TEST(what_is_done_and_retried_survives_a_power_cut)
{
	if (!tracee_is_possible())
		return;
	open_lab();
	enqueue_all();
	trace(scan_words, NULL);
	disk_note(&lab.disk, (struct event){EVENT_ALL_IN, .to = FSQ_DONE});
	expect_counts(lab.place.fsq, 0, NITEMS, 0, 0);
	trace(retry_words, NULL);
	disk_note(&lab.disk, (struct event){EVENT_ALL_IN, .to = FSQ_QUEUE});
	expect_counts(lab.place.fsq, NITEMS, 0, 0, 0);
	expect_no_harm("enqueue, scan, retry", 300);
	lab.disk.deaf_to_folders = true;
	disk_try_all(&lab.disk);
	ck_assert_uint_gt(lab.disk.nmisplaced, 0);
	place_close(&lab.place);
}
END_TEST

int main(void)
{
	return suite_run("fsq_powercut", 60,
		(const TTest *const[]){
			what_is_enqueued_survives_a_power_cut,
			a_batch_survives_a_power_cut,
			the_fast_way_is_lost,
			what_is_done_and_retried_survives_a_power_cut,
			NULL,
		});
}
