#include "lib/fsq_scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/fsq_impl.h"
#include "lib/fsq_snapshot.h"

enum {
	TRUSTED = 64 /* attempts */
};

struct fsq_scan {
	struct fsq_scan_options options;
	struct fsq_snapshot snapshot;
	struct fsq_scan_state state;
	/* The queue that was not down when we looked, and for how many more
	 * attempts that is believed, if none of them is a claim. */
	const struct fsq *up;
	unsigned trusted;
	size_t nqueues;
	struct fsq *queues[];
};

int fsq_scan_open(struct fsq *const *queues, size_t n,
	const struct fsq_scan_options *options, struct fsq_scan **result)
{
	struct fsq_scan *scan;

	if (!n || n > UINT16_MAX)
		return -EINVAL;
	scan = calloc(1, sizeof(*scan) + n * sizeof(*queues));
	if (!scan)
		return -ENOMEM;
	scan->options = *options;
	scan->nqueues = n;
	memcpy(scan->queues, queues, n * sizeof(*queues));
	*result = scan;
	return 0;
}

void fsq_scan_close(struct fsq_scan *scan)
{
	if (scan)
		fsq_snapshot_fini(&scan->snapshot);
	free(scan);
}

int fsq_scan_list(struct fsq_scan *scan)
{
	int error = fsq_snapshot_take(&scan->snapshot, scan->queues,
		scan->nqueues, FSQ_QUEUE, scan->options.window);

	scan->trusted = 0;
	scan->state = (struct fsq_scan_state){
		.nlisted = fsq_snapshot_left(&scan->snapshot)};
	return error;
}

static bool is_fleeting(int error)
{
	return error == -EMFILE || error == -ENFILE || error == -ENOMEM;
}

/* What a claim came to: a result or error for the caller, or -EAGAIN: go on. */
static int sort_out(
	struct fsq_scan *scan, const struct fsq_entry *entry, int error)
{
	switch (error) {
	case 0:
		scan->trusted = 0;
		scan->state.nclaimed++;
		return FSQ_SCAN_ITEM;
	case -ENOENT:
		scan->state.ngone++;
		return fsq_is_gone(entry->fsq) ? -ENOENT : -EAGAIN;
	case -EAGAIN:
		scan->state.nbusy++;
		return -EAGAIN;
	case -EINVAL:
		error = fsq_reject(entry->fsq, entry->id, NULL);
		if (error == -ENOENT)
			return -EAGAIN;
		return error ? error : FSQ_SCAN_REJECTED;
	default:
		if (is_fleeting(error))
			fsq_snapshot_back(&scan->snapshot);
		return error;
	}
}

/*
 * 1: down; 0: not, or that is to be ignored; or an error. Where many scan, most
 * attempts come too late: to look before each would double what they cost.
 */
static int is_closed(struct fsq_scan *scan, const struct fsq_entry *entry)
{
	int down;

	if (scan->options.ignore_down)
		return 0;
	if (scan->trusted && scan->up == entry->fsq) {
		scan->trusted--;
		return 0;
	}
	down = fsq_has_down(entry->fsq);
	scan->state.ndown += down > 0;
	scan->up = entry->fsq;
	scan->trusted = down ? 0 : TRUSTED;
	return down;
}

int fsq_scan_next(struct fsq_scan *scan, struct fsq_item *item)
{
	struct fsq_entry entry;

	while (fsq_snapshot_next(&scan->snapshot, &entry)) {
		int result = is_closed(scan, &entry);

		if (result > 0)
			continue;
		if (!result)
			result = sort_out(scan, &entry,
				fsq_claim(entry.fsq, entry.id, item));
		if (result == -EAGAIN)
			continue;
		if (result != FSQ_SCAN_ITEM) {
			item->fsq = entry.fsq;
			item->fd = -1;
			strcpy(item->id, entry.id);
		}
		return result;
	}
	return FSQ_SCAN_END;
}

void fsq_scan_inspect(const struct fsq_scan *scan, struct fsq_scan_state *state)
{
	*state = scan->state;
	state->nleft = fsq_snapshot_left(&scan->snapshot);
}
