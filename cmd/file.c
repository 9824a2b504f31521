/*
 * conc file: a task reads a file, a thread blocks for it, the loop goes on.
 */
#include "cmd/command.h"
#include "cmd/heartbeat.h"
#include "cmd/msg.h"
#include "cmd/report.h"
#include "lib/async_file.h"
#include "lib/clock.h"
#include "lib/task.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	MOST_CHUNK = 1 << 30
};

struct options {
	uint64_t chunk, beat;
};

struct show {
	const struct way *way;
	const struct options *options;
	const char *path;
	struct loop *loop;
	struct heartbeat heart;
	uint64_t nparts, nbytes;
	unsigned before, after; /* descriptors */
	const char *failed; /* what went wrong, for the message */
};

/* --- reading --- */

/* tag::parts[] */
static ssize_t read_chunks(struct show *show, struct async_file *file)
{
	char *chunk = malloc(show->options->chunk);
	ssize_t n = chunk ? 1 : -ENOMEM;

	while (n > 0) {
		n = async_file_read(file, chunk, show->options->chunk);
		show->nparts += n > 0;
		show->nbytes += n > 0 ? (uint64_t)n : 0;
	}
	free(chunk);
	return n;
}

static ssize_t read_lines(struct show *show, struct async_file *file)
{
	const char *line;
	ssize_t n;

	while ((n = async_file_line(file, &line)) > 0) {
		show->nparts++;
		show->nbytes += (uint64_t)n;
	}
	return n;
}
/* end::parts[] */

static const struct way {
	const char *name, *parts;
	ssize_t (*read)(struct show *show, struct async_file *file);
} ways[] = {
	{"cat", "chunks", read_chunks},
	{"lines", "lines", read_lines},
};

enum {
	NWAYS = sizeof(ways) / sizeof(ways[0])
};

static int count_descriptors(unsigned *n)
{
	DIR *all = opendir("/proc/self/fd");

	if (!all)
		return -errno;
	for (*n = 0; readdir(all); ++*n)
		;
	closedir(all);
	return 0;
}

static int read_file(struct show *show)
{
	struct async_file file;
	int status = async_file_open(&file, show->path, "r", NULL);
	int closed;

	if (status < 0) {
		show->failed = "open";
		return status;
	}
	status = (int)show->way->read(show, &file);
	closed = async_file_close(&file);
	if (status < 0 || closed < 0)
		show->failed = "read";
	return status < 0 ? status : closed;
}

static int read_beside_heart(
	void *arg, union future_value *value, struct failure *failure)
{
	struct show *show = arg;
	int status = heartbeat_start(
		&show->heart, show->loop, show->options->beat);

	(void)value, (void)failure;
	if (status == 0)
		status = count_descriptors(&show->before);
	if (status == 0)
		status = read_file(show);
	if (status == 0)
		status = count_descriptors(&show->after);
	heartbeat_stop(&show->heart);
	return status;
}

/* --- running --- */

static int run_tasks(struct show *show)
{
	struct tasks *tasks;
	struct failure failure;
	int status = tasks_create(show->loop, &tasks);

	if (status < 0)
		return status;
	tasks_enroll(tasks);
	status = tasks_run(
		tasks, "reader", read_beside_heart, show, NULL, &failure);
	tasks_destroy(tasks);
	return status == FUTURE_FAILED ? failure.code : status;
}

static int run_loop(struct show *show)
{
	int status = loop_create(NULL, &show->loop);

	if (status < 0)
		return status;
	status = run_tasks(show);
	loop_destroy(show->loop);
	return status;
}

static int tell(const struct show *show)
{
	struct report report;

	report_begin(&report, "conc.file");
	report_count(&report, "parts", show->way->parts, show->nparts);
	report_count(&report, "bytes", "bytes", show->nbytes);
	report_count(&report, "ticks", "ticks of the loop meanwhile",
		show->heart.nticks);
	report_count(&report, "descriptors_before",
		"descriptors before it was opened", show->before);
	report_count(&report, "descriptors_after", "and after it was closed",
		show->after);
	report_explain(&report,
		"Each call blocked a thread of a pool; the task that made it "
		"only waited.",
		"A file is never reported as not ready: waiting for it takes "
		"a thread.");
	return report_end(&report);
}

static int refuse(const struct show *show, int status)
{
	if (show->failed)
		msg_error("cannot %s '%s': %s", show->failed, show->path,
			strerror(-status));
	else
		msg_error("cannot run the loop: %s", strerror(-status));
	msg_hint("try 'conc file %s /etc/passwd'", show->way->name);
	return EXIT_REFUSED;
}

static const char *way_name(size_t i)
{
	return i < NWAYS ? ways[i].name : NULL;
}

static const struct way *find_way(const char *name)
{
	for (size_t i = 0; i < NWAYS; i++) {
		if (!strcmp(ways[i].name, name))
			return &ways[i];
	}
	return NULL;
}

static int run(const void *given, int noperands, char **operands)
{
	struct show show = {.options = given};
	int status;

	if (noperands < 2) {
		msg_error("which way, and which file?");
		msg_hint("try 'conc file lines /etc/passwd'");
		return EXIT_USAGE;
	}
	show.way = find_way(operands[0]);
	show.path = operands[1];
	if (!show.way) {
		msg_error("there is no way '%s' to read, only cat and lines",
			operands[0]);
		msg_hint("try 'conc file lines /etc/passwd'");
		return EXIT_USAGE;
	}
	status = run_loop(&show);
	return status < 0 ? refuse(&show, status) : tell(&show);
}

#define FIELD(field) offsetof(struct options, field)

static const struct opt options[] = {
	{.name = "chunk",
		.letter = 'c',
		.kind = OPT_NUMBER,
		.argument = "N",
		.offset = FIELD(chunk),
		.min = 1,
		.max = MOST_CHUNK,
		.help = "with cat: how many bytes to ask for at a time"},
	{.name = "beat",
		.letter = 'b',
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(beat),
		.min = CLOCK_NS_PER_MS,
		.max = 60 * CLOCK_NS_PER_S,
		.help = "the time between two ticks of the loop"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

static const struct command_example examples[] = {
	{"conc file lines /etc/passwd", "count lines as a task reads them"},
	{"conc file cat /etc/passwd --chunk 1000", "the same in chunks"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"parts", "how many chunks or lines there were"},
	{"bytes", "how many bytes these had together"},
	{"ticks", "how often the loop ticked meanwhile"},
	{"descriptors_before, descriptors_after",
		"how many were open before and after"},
	{NULL, NULL},
};

static const struct options defaults = {
	.chunk = 65536, .beat = 100 * CLOCK_NS_PER_MS};

const struct command command_file = {
	.name = "file",
	.summary = "see a task read a file, and the loop go on",
	.about = "Read FILE in a task while a heartbeat of the loop ticks. "
		 "WAY is cat (in chunks) or lines. What is read is counted, "
		 "not printed. A FIFO may block as long as it likes.",
	.operands = "WAY FILE",
	.operands_max = 2,
	.operand_choice = way_name,
	.lesson = "23-offload-and-portal",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct options),
	.examples = examples,
	.json = members,
	.run = run,
};
