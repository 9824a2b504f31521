#include "lib/fsq_item.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "lib/fsq_impl.h"
#include "lib/fsq_lock.h"
#include "lib/fsq_sys.h"

int fsq_claim(struct fsq *fsq, const char *id, struct fsq_item *item)
{
	size_t size = strlen(id);
	int fd;

	if (!fsq_name_plain(id))
		return -EINVAL;
	fd = fsq_lock(fsq->folders[FSQ_QUEUE], id, fsq->rules.lock);
	if (fd < 0)
		return fd;
	item->fsq = fsq;
	item->fd = fd;
	memcpy(item->id, id, size + 1);
	item->malformed = fsq_name_decode(&fsq->rules.grammar, id, size,
				  &item->name) != 0;
	return 0;
}

/*
 * Some filesystems cannot refuse to replace. There we look first; who ends two
 * items of one name at the same moment may lose the record of one.
 */
static int move_looking(int from, const char *old, int to, const char *new)
{
	struct stat st;
	int error = fsq_sys_stat(to, new, &st);

	if (!error)
		return -EEXIST;
	if (error != -ENOENT)
		return error;
	return fsq_sys_rename_over(from, old, to, new);
}

static int move(int from, const char *old, int to, const char *new)
{
	int error = fsq_sys_rename(from, old, to, new);

	if (error == -EINVAL || error == -ENOSYS)
		return move_looking(from, old, to, new);
	return error;
}

/* The n-th name to try: what does not fit is cut from the end of the id. */
static void numbered(const char *id, unsigned n, char out[FSQ_NAME_SIZE])
{
	char suffix[16];
	int size = n ? snprintf(suffix, sizeof(suffix), ".~%u~", n) : 0;

	suffix[size] = '\0';
	snprintf(out, FSQ_NAME_SIZE, "%.*s%s", FSQ_NAME_MAX - size, id, suffix);
}

/* Out of queue/, under the first name that is free there. Returns the folder,
 * which is to be synced. */
static int move_out(const struct fsq *fsq, const char *id, enum fsq_folder to,
	char place[FSQ_NAME_SIZE])
{
	int error = -EEXIST;

	for (unsigned n = 0; error == -EEXIST && n < 1000 * 1000; n++) {
		numbered(id, n, place);
		error = move(
			fsq->folders[FSQ_QUEUE], id, fsq->folders[to], place);
	}
	return error ? error : (int)to;
}

static int move_back(const struct fsq_item *item, char place[FSQ_NAME_SIZE])
{
	const struct fsq *fsq = item->fsq;
	int queue = fsq->folders[FSQ_QUEUE], error = -EEXIST;

	if (!item->malformed &&
		fsq_name_retry(&fsq->rules.grammar, &item->name, place) > 0)
		error = move(queue, item->id, queue, place);
	if (error == -EEXIST)
		return move_out(fsq, item->id, FSQ_FAIL, place);
	return error ? error : FSQ_QUEUE;
}

enum {
	STAYS = FSQ_NFOLDERS /* no folder has changed */
};

static int move_to_end(const struct fsq_item *item, enum fsq_end end,
	char place[FSQ_NAME_SIZE])
{
	switch (end) {
	case FSQ_END_DONE:
		return move_out(item->fsq, item->id, FSQ_DONE, place);
	case FSQ_END_FAIL:
		return move_out(item->fsq, item->id, FSQ_FAIL, place);
	case FSQ_END_RETRY:
		return move_back(item, place);
	case FSQ_END_RELEASE:
		break;
	}
	memcpy(place, item->id, sizeof(item->id));
	return STAYS;
}

/* What moving gave: a folder, or the error. */
static int sync_moved(const struct fsq *fsq, int moved)
{
	if (moved < 0 || moved == STAYS)
		return moved < 0 ? moved : 0;
	return fsq_sync(fsq, fsq->folders[moved]);
}

static void let_go(struct fsq_item *item)
{
	fsq_sys_close(item->fd);
	item->fd = -1;
}

int fsq_finish(
	struct fsq_item *item, enum fsq_end end, char place[FSQ_NAME_SIZE])
{
	char unused[FSQ_NAME_SIZE];
	int error = sync_moved(
		item->fsq, move_to_end(item, end, place ? place : unused));

	let_go(item);
	return error;
}

/* Of one queue. */
static int finish_run(
	struct fsq_item *items, const enum fsq_end *ends, size_t n)
{
	bool moved_to[FSQ_NFOLDERS + 1] = {false};
	char unused[FSQ_NAME_SIZE];
	int first = 0, error;

	for (size_t i = 0; i < n; i++) {
		error = move_to_end(&items[i], ends[i], unused);
		if (error >= 0)
			moved_to[error] = true;
		else if (!first)
			first = error;
	}
	for (int i = 0; i < FSQ_NFOLDERS; i++) {
		error = moved_to[i] ? sync_moved(items->fsq, i) : 0;
		first = first ? first : error;
	}
	for (size_t i = 0; i < n; i++)
		let_go(&items[i]);
	return first;
}

int fsq_finish_all(struct fsq_item *items, const enum fsq_end *ends, size_t n)
{
	int first = 0;

	while (n) {
		size_t same = 1;
		int error;

		while (same < n && items[same].fsq == items->fsq)
			same++;
		error = finish_run(items, ends, same);
		first = first ? first : error;
		items += same;
		ends += same;
		n -= same;
	}
	return first;
}

int fsq_reject(struct fsq *fsq, const char *id, char place[FSQ_NAME_SIZE])
{
	char unused[FSQ_NAME_SIZE];

	if (!fsq_name_plain(id))
		return -EINVAL;
	return sync_moved(
		fsq, move_out(fsq, id, FSQ_FAIL, place ? place : unused));
}

static int open_in(struct fsq *fsq, enum fsq_folder folder, const char *id)
{
	struct stat st;
	int error, fd = fsq_sys_open(fsq->folders[folder], id,
			   O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);

	if (fd < 0)
		return fd;
	error = fsq_sys_fstat(fd, &st);
	if (!error && !S_ISREG(st.st_mode))
		error = -EINVAL;
	if (!error)
		return fd;
	fsq_sys_close(fd);
	return error;
}

/* The same item with so many more tries; false: there is no such name. */
static bool add_tries(const struct fsq *fsq, const char *id, uint64_t more,
	char out[FSQ_NAME_SIZE])
{
	const struct fsq_grammar *grammar = &fsq->rules.grammar;
	struct fsq_name name;

	if (!more) {
		strcpy(out, id);
		return true;
	}
	return !fsq_name_decode(grammar, id, strlen(id), &name) &&
	       name.tries <= UINT64_MAX - more &&
	       fsq_name_recount(grammar, &name, FSQ_FIELD_TRIES,
		       name.tries + more, out) > 0;
}

static int find_in(
	struct fsq *fsq, enum fsq_folder folder, const char *id, uint64_t tries)
{
	char tried[FSQ_NAME_SIZE];
	int fd = -ENOENT;

	for (uint64_t more = 0; fd == -ENOENT && more <= tries; more++)
		if (add_tries(fsq, id, more, tried))
			fd = open_in(fsq, folder, tried);
	return fd;
}

/* An item goes from queue/ to one of the others and to more tries, and this
 * is the order in which we look: it cannot pass us. */
int fsq_find(
	struct fsq *fsq, const char *id, uint64_t tries, enum fsq_folder *where)
{
	static const enum fsq_folder order[] = {FSQ_QUEUE, FSQ_DONE, FSQ_FAIL};
	int fd = -ENOENT;

	if (!fsq_name_plain(id))
		return -ENOENT;
	for (size_t i = 0; fd == -ENOENT && i < 3; i++) {
		fd = find_in(fsq, order[i], id, tries);
		if (fd >= 0 && where)
			*where = order[i];
	}
	return fd;
}

/* Ends that were numbered lose the number: it was never the item's. */
static size_t unnumbered(const char *id)
{
	size_t size = strlen(id), i = size;

	if (!size || id[size - 1] != '~')
		return size;
	for (i--; i && id[i - 1] >= '0' && id[i - 1] <= '9'; i--)
		;
	if (i < 2 || i == size - 1 || id[i - 1] != '~' || id[i - 2] != '.')
		return size;
	return i - 2;
}

int fsq_requeue(struct fsq *fsq, enum fsq_folder from, const char *id,
	char place[FSQ_NAME_SIZE])
{
	const struct fsq_grammar *grammar = &fsq->rules.grammar;
	char unused[FSQ_NAME_SIZE];
	char *to = place ? place : unused;
	struct fsq_name name;
	int error;

	if ((from != FSQ_DONE && from != FSQ_FAIL) || !fsq_name_plain(id) ||
		fsq_name_decode(grammar, id, unnumbered(id), &name))
		return -EINVAL;
	error = fsq_name_recount(grammar, &name, FSQ_FIELD_TRIES, 0, to);
	if (error < 0)
		return error;
	error = move(fsq->folders[from], id, fsq->folders[FSQ_QUEUE], to);
	return error ? error : fsq_sync(fsq, fsq->folders[FSQ_QUEUE]);
}

static bool expired(
	const struct fsq_rules *rules, const struct fsq_item *item, int64_t now)
{
	return rules->ttl_s && now > item->name.enqueued &&
	       (uint64_t)(now - item->name.enqueued) > rules->ttl_s;
}

struct fsq_verdict fsq_judge_before(
	const struct fsq_rules *rules, const struct fsq_item *item, int64_t now)
{
	if (item->malformed)
		return (struct fsq_verdict){FSQ_END_FAIL, FSQ_MALFORMED};
	if (rules->max_tries && item->name.tries >= rules->max_tries)
		return (struct fsq_verdict){FSQ_END_FAIL, FSQ_TOO_MANY_TRIES};
	if (expired(rules, item, now))
		return (struct fsq_verdict){FSQ_END_FAIL, FSQ_EXPIRED};
	return (struct fsq_verdict){FSQ_END_RELEASE, FSQ_FINE};
}

/* Of the last try: that it was ended says more than that it was the last. */
static enum fsq_reason last_reason(enum fsq_reason reason)
{
	return reason == FSQ_TIMED_OUT ? reason : FSQ_TOO_MANY_TRIES;
}

static struct fsq_verdict judge_temporary(const struct fsq_rules *rules,
	const struct fsq_item *item, enum fsq_reason reason, int64_t now)
{
	if (rules->max_tries &&
		(item->name.tries >= rules->max_tries ||
			item->name.tries + 1 >= rules->max_tries))
		return (struct fsq_verdict){FSQ_END_FAIL, last_reason(reason)};
	if (expired(rules, item, now))
		return (struct fsq_verdict){FSQ_END_FAIL, FSQ_EXPIRED};
	return (struct fsq_verdict){FSQ_END_RETRY, reason};
}

struct fsq_verdict fsq_judge_after(const struct fsq_rules *rules,
	const struct fsq_item *item, int status, bool timed_out, int64_t now)
{
	unsigned code = WIFEXITED(status) ? WEXITSTATUS(status) : 256;

	if (timed_out)
		return judge_temporary(rules, item, FSQ_TIMED_OUT, now);
	if (!WIFEXITED(status))
		return (struct fsq_verdict){FSQ_END_FAIL, FSQ_SIGNALLED};
	if (code == rules->success)
		return (struct fsq_verdict){FSQ_END_DONE, FSQ_FINE};
	if (code == rules->fail_tmp)
		return judge_temporary(rules, item, FSQ_FAILED_FOR_NOW, now);
	return (struct fsq_verdict){FSQ_END_FAIL, FSQ_FAILED};
}

const char *fsq_reason_text(enum fsq_reason reason)
{
	static const char *const texts[FSQ_NREASONS] = {
		[FSQ_FINE] = "fine",
		[FSQ_MALFORMED] = "malformed name",
		[FSQ_TOO_MANY_TRIES] = "too many tries",
		[FSQ_EXPIRED] = "expired",
		[FSQ_FAILED_FOR_NOW] = "failed for now",
		[FSQ_FAILED] = "failed",
		[FSQ_SIGNALLED] = "killed by a signal",
		[FSQ_TIMED_OUT] = "timed out",
	};

	return texts[reason];
}
