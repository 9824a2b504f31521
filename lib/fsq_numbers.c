#include "lib/fsq_numbers.h"

#include <errno.h>
#include <string.h>

#include "lib/fsq_impl.h"
#include "lib/fsq_snapshot.h"
#include "lib/fsq_sys.h"

pid_t fsq_holder_of(
	struct fsq *fsq, const struct fsq_holders *holders, ino_t inode)
{
	struct stat st;

	if (!holders->n || fsq_sys_fstat(fsq->folders[FSQ_QUEUE], &st))
		return 0;
	return fsq_holders_find(holders, st.st_dev, inode);
}

static void count_waiting(
	struct fsq *fsq, const char *id, struct fsq_numbers *numbers)
{
	struct fsq_name name;

	numbers->nwaiting++;
	if (fsq_name_decode(&fsq->rules.grammar, id, strlen(id), &name))
		numbers->nmalformed++;
	else if (numbers->oldest == INT64_MIN ||
		 name.enqueued < numbers->oldest)
		numbers->oldest = name.enqueued;
}

static void count_queue(struct fsq *fsq, struct fsq_snapshot *snapshot,
	const struct fsq_holders *holders, struct fsq_numbers *numbers)
{
	struct fsq_entry entry;

	while (fsq_snapshot_next(snapshot, &entry)) {
		if (fsq_holder_of(fsq, holders, entry.inode))
			numbers->nrunning++;
		else
			count_waiting(fsq, entry.id, numbers);
	}
}

static int count_folder(struct fsq *fsq, struct fsq_snapshot *snapshot,
	enum fsq_folder folder, uint64_t *n)
{
	int error = fsq_snapshot_take(snapshot, &fsq, 1, folder, 0);

	*n = fsq_snapshot_left(snapshot);
	return error;
}

static int count(struct fsq *fsq, struct fsq_snapshot *snapshot,
	const struct fsq_holders *holders, struct fsq_numbers *numbers)
{
	int error = fsq_snapshot_take(snapshot, &fsq, 1, FSQ_QUEUE, 0);

	if (error)
		return error;
	count_queue(fsq, snapshot, holders, numbers);
	error = count_folder(fsq, snapshot, FSQ_DONE, &numbers->ndone);
	if (!error)
		error = count_folder(
			fsq, snapshot, FSQ_FAIL, &numbers->nfailed);
	if (!error)
		error = count_folder(
			fsq, snapshot, FSQ_TMP, &numbers->nwriting);
	return error;
}

int fsq_numbers_read(struct fsq *fsq, struct fsq_numbers *numbers)
{
	struct fsq_numbers found = {.oldest = INT64_MIN};
	struct fsq_snapshot snapshot = {0};
	struct fsq_holders holders;
	int down = fsq_is_down(fsq), error = fsq_holders_read(&holders);

	if (error == -ENOMEM)
		return error;
	if (down < 0)
		return down;
	found.down = down;
	found.sees_locks = !error;
	error = count(fsq, &snapshot, &holders, &found);
	fsq_snapshot_fini(&snapshot);
	fsq_holders_fini(&holders);
	if (!error)
		*numbers = found;
	return error;
}
