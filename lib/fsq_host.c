#include "lib/fsq_host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/fsq_impl.h"
#include "lib/fsq_item.h"
#include "lib/fsq_put.h"
#include "lib/fsq_scan.h"
#include "lib/fsq_sys.h"

void fsq_hosts_close(struct fsq_hosts *hosts)
{
	for (size_t i = 0; i < hosts->n; i++)
		fsq_close(hosts->all[i]);
	free(hosts->all);
	*hosts = (struct fsq_hosts){0};
}

static int add_host(
	const struct fsq *fsq, const char *name, struct fsq_hosts *hosts)
{
	struct fsq **grown = realloc(
		hosts->all, (hosts->n + 1) * sizeof(*hosts->all));
	int error;

	if (!grown)
		return -ENOMEM;
	hosts->all = grown;
	error = fsq_open_host(fsq, name, &grown[hosts->n]);
	hosts->n += !error;
	/* What is no queue, or was one until just now. */
	return error == -ENOTDIR || error == -ENOENT ? 0 : error;
}

static int compare(const void *a, const void *b)
{
	struct fsq *const *x = a, *const *y = b;

	return strcmp(fsq_host_of(*x), fsq_host_of(*y));
}

/* Of a directory itself, or a host's queue that is not there yet or gone. */
static bool is_hidden(const char *name)
{
	return !fsq_name_plain(name) || !strncmp(name, ".fsq-", 5);
}

static int read_hosts(const struct fsq *fsq, int fd, struct fsq_hosts *hosts)
{
	DIR *entries = fdopendir(fd);
	const struct dirent *entry;
	int error = 0;

	if (!entries) {
		error = -errno;
		close(fd);
		return error;
	}
	while (!error && (entry = readdir(entries))) {
		if (!is_hidden(entry->d_name))
			error = add_host(fsq, entry->d_name, hosts);
	}
	closedir(entries);
	return error;
}

int fsq_hosts_open(const struct fsq *fsq, struct fsq_hosts *hosts)
{
	struct fsq_hosts found = {0};
	int error, fd = fsq_sys_open(fsq->top, fsq->rules.hosts,
			   O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	if (fd < 0 && fd != -ENOENT)
		return fd;
	error = fd < 0 ? 0 : read_hosts(fsq, fd, &found);
	if (error) {
		fsq_hosts_close(&found);
		return error;
	}
	if (found.n)
		qsort(found.all, found.n, sizeof(*found.all), compare);
	*hosts = found;
	return 0;
}

/*
 * 1: the host has it, for good: who gave it may have been killed before that
 * was durable. 0: it does not. Or an error.
 */
static int has(struct fsq *host, const char *id)
{
	enum fsq_folder where;
	int error, fd = fsq_find(host, id, FSQ_FIND_TRIES, &where);

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	fsq_sys_close(fd);
	error = where == FSQ_QUEUE ? fsq_sync_queue(host)
				   : fsq_sync(host, host->folders[where]);
	return error ? error : 1;
}

static int copy_to(struct fsq *host, const struct fsq_item *item)
{
	struct fsq_put put;
	int error;

	if (lseek(item->fd, 0, SEEK_SET) < 0)
		return -errno;
	error = fsq_put_begin_id(host, item->id, &put);
	if (error)
		return error;
	error = fsq_put_copy(&put, item->fd);
	if (!error)
		return fsq_publish(&put, 1);
	fsq_put_abort(&put);
	return error;
}

static int link_to(struct fsq *host, const struct fsq_item *item)
{
	int error = fsq_sys_link(item->fsq->folders[FSQ_QUEUE], item->id,
		host->folders[FSQ_QUEUE], item->id);

	if (error && error != -EEXIST)
		return error;
	return fsq_sync_queue(host);
}

static int give(const struct fsq_item *item, struct fsq *const *hosts, size_t n,
	enum fsq_dist how)
{
	for (size_t i = 0; i < n; i++) {
		int error = has(hosts[i], item->id);

		if (error == 0)
			error = how == FSQ_DIST_LINK ? link_to(hosts[i], item)
						     : copy_to(hosts[i], item);
		if (error < 0)
			return error;
	}
	return 0;
}

static int distribute(struct fsq_scan *scan, struct fsq *const *hosts, size_t n,
	enum fsq_dist how, size_t *nitems)
{
	struct fsq_item item;
	int result, error, first = fsq_scan_list(scan);

	while (!first && (result = fsq_scan_next(scan, &item))) {
		if (result == FSQ_SCAN_REJECTED)
			continue;
		if (result < 0)
			return result;
		first = item.malformed ? 0 : give(&item, hosts, n, how);
		error = fsq_finish(&item,
			first            ? FSQ_END_RELEASE
			: item.malformed ? FSQ_END_FAIL
					 : FSQ_END_DONE,
			NULL);
		*nitems += !first && !error && !item.malformed;
		first = first ? first : error;
	}
	return first;
}

int fsq_distribute(struct fsq *fsq, struct fsq *const *hosts, size_t n,
	enum fsq_dist how, size_t *nitems)
{
	const struct fsq_scan_options options = {0};
	struct fsq_scan *scan;
	size_t unused, *count = nitems ? nitems : &unused;
	int error;

	*count = 0;
	if (!n)
		return -EINVAL;
	error = fsq_scan_open(&fsq, 1, &options, &scan);
	if (error)
		return error;
	error = distribute(scan, hosts, n, how, count);
	fsq_scan_close(scan);
	return error;
}
