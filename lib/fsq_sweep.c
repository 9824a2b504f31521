#include "lib/fsq_sweep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/fsq_impl.h"
#include "lib/fsq_sys.h"
#include "lib/fsq_tree.h"

/* Is this rubbish, and why? */
typedef bool (*judge_fn)(const struct fsq *fsq, const struct fsq_sweep *sweep,
	int dir, const char *name, enum fsq_rubbish *why);

static bool is_old(const struct fsq_sweep *sweep, int dir, const char *name)
{
	int64_t age = (int64_t)(sweep->age_s ? sweep->age_s : FSQ_SWEEP_AGE_S);
	struct stat st;

	return !fsq_sys_stat(dir, name, &st) &&
	       st.st_mtim.tv_sec < clock_wall() - age;
}

/* Of a writer on this machine; not one we may not signal, which exists. */
static bool writer_is_dead(const struct fsq *fsq, const char *id)
{
	struct fsq_name name;
	const char *text;
	char *end;
	long pid;

	if (fsq_name_decode(&fsq->rules.grammar, id, strlen(id), &name) ||
		strcmp(fsq_name_field(&name, FSQ_FIELD_HOST), fsq->here))
		return false;
	text = fsq_name_field(&name, FSQ_FIELD_PID);
	errno = 0;
	pid = strtol(text, &end, 10);
	if (*text < '1' || *text > '9' || *end || errno || pid != (pid_t)pid)
		return false;
	return kill((pid_t)pid, 0) < 0 && errno == ESRCH;
}

static bool judge_file(const struct fsq *fsq, const struct fsq_sweep *sweep,
	int dir, const char *name, enum fsq_rubbish *why)
{
	*why = is_old(sweep, dir, name) ? FSQ_RUBBISH_OLD : FSQ_RUBBISH_DEAD;
	return *why == FSQ_RUBBISH_OLD || writer_is_dead(fsq, name);
}

static bool judge_hidden(const struct fsq *fsq, const struct fsq_sweep *sweep,
	int dir, const char *name, enum fsq_rubbish *why)
{
	(void)fsq;
	*why = FSQ_RUBBISH_OLD;
	return !strncmp(name, ".fsq-", 5) && is_old(sweep, dir, name);
}

/* 1: removed; 0: it was not there any more, or could not be. */
static int remove_one(const struct fsq_sweep *sweep, int dir, const char *name,
	enum fsq_rubbish why)
{
	int error = sweep->dry_run ? 0 : fsq_tree_remove(dir, name);

	if (sweep->found)
		sweep->found(sweep->arg, name, why, error);
	return !error;
}

static int sweep_directory(const struct fsq *fsq, const struct fsq_sweep *sweep,
	DIR *entries, judge_fn is_rubbish)
{
	const struct dirent *entry;
	enum fsq_rubbish why;
	int n = 0;

	while ((entry = readdir(entries))) {
		const char *name = entry->d_name;

		if (!strcmp(name, ".") || !strcmp(name, ".."))
			continue;
		if (is_rubbish(fsq, sweep, dirfd(entries), name, &why))
			n += remove_one(sweep, dirfd(entries), name, why);
	}
	return n;
}

static int sweep_at(const struct fsq *fsq, const struct fsq_sweep *sweep,
	int dir, const char *name, judge_fn is_rubbish)
{
	int n, fd = fsq_sys_open(dir, name, O_RDONLY | O_DIRECTORY, 0);
	DIR *entries;

	if (fd < 0)
		return fd;
	entries = fdopendir(fd);
	if (!entries) {
		n = -errno;
		close(fd);
		return n;
	}
	n = sweep_directory(fsq, sweep, entries, is_rubbish);
	closedir(entries);
	return n;
}

int fsq_sweep(struct fsq *fsq, const struct fsq_sweep *sweep)
{
	return sweep_at(fsq, sweep, fsq->folders[FSQ_TMP], ".", judge_file);
}

int fsq_sweep_root(const struct fsq_rules *rules, const struct fsq_sweep *sweep)
{
	return sweep_at(NULL, sweep, AT_FDCWD, rules->root, judge_hidden);
}
