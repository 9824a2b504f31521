#include "lib/fsq_snapshot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/fsq_sys.h"

struct fsq_snapshot_name {
	struct fsq_key key;
	ino_t inode;
	size_t at; /* in the text */
	uint16_t queue;
};

void fsq_snapshot_fini(struct fsq_snapshot *snapshot)
{
	free(snapshot->names);
	free(snapshot->text);
	*snapshot = (struct fsq_snapshot){0};
}

/* Room for one more element of that size, by doubling. */
static int make_room(void **array, size_t *capacity, size_t used, size_t size)
{
	size_t wanted = *capacity ? *capacity : 64, bytes;
	void *grown;

	while (wanted < used)
		wanted *= 2;
	if (wanted == *capacity)
		return 0;
	if (__builtin_mul_overflow(wanted, size, &bytes))
		return -ENOMEM;
	grown = realloc(*array, bytes);
	if (!grown)
		return -ENOMEM;
	*array = grown;
	*capacity = wanted;
	return 0;
}

static int grow(struct fsq_snapshot *s, size_t size)
{
	void *names = s->names, *text = s->text;
	int error = make_room(
		&names, &s->capacity, s->nnames + 1, sizeof(*s->names));

	s->names = names;
	if (!error)
		error = make_room(
			&text, &s->text_capacity, s->text_size + size + 1, 1);
	s->text = text;
	return error;
}

static int add(struct fsq_snapshot *s, const struct dirent *entry, size_t queue)
{
	size_t size = strlen(entry->d_name);
	struct fsq_snapshot_name *name;
	int error = grow(s, size);

	if (error)
		return error;
	name = &s->names[s->nnames++];
	*name = (struct fsq_snapshot_name){.inode = entry->d_ino,
		.at = s->text_size,
		.queue = (uint16_t)queue};
	fsq_name_key(entry->d_name, size, &name->key);
	memcpy(s->text + s->text_size, entry->d_name, size + 1);
	s->text_size += size + 1;
	return 0;
}

static bool is_dots(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

static int read_names(
	struct fsq_snapshot *s, DIR *folder, size_t queue, size_t window)
{
	size_t last = window ? s->nnames + window : SIZE_MAX;
	const struct dirent *entry;
	int error = 0;

	while (!error && s->nnames < last) {
		errno = 0;
		entry = readdir(folder);
		if (!entry)
			return -errno;
		if (!is_dots(entry->d_name))
			error = add(s, entry, queue);
	}
	return error;
}

/* Opened anew, since the place in a directory is common to all copies. */
static int read_folder(
	struct fsq_snapshot *s, int folder, size_t queue, size_t window)
{
	int error, fd = fsq_sys_open(folder, ".", O_RDONLY | O_DIRECTORY, 0);
	DIR *entries;

	if (fd < 0)
		return fd;
	entries = fdopendir(fd);
	if (!entries) {
		error = -errno;
		close(fd);
		return error;
	}
	error = read_names(s, entries, queue, window);
	closedir(entries);
	return error;
}

static int compare(const void *a, const void *b, void *text)
{
	const struct fsq_snapshot_name *x = a, *y = b;
	int order = fsq_key_compare(&x->key, &y->key);

	if (!order)
		order = strcmp((char *)text + x->at, (char *)text + y->at);
	return order ? order : (x->queue > y->queue) - (x->queue < y->queue);
}

int fsq_snapshot_take(struct fsq_snapshot *snapshot, struct fsq *const *queues,
	size_t n, enum fsq_folder folder, size_t window)
{
	int error = 0;

	snapshot->queues = queues;
	snapshot->nnames = snapshot->next = snapshot->text_size = 0;
	for (size_t i = 0; i < n && !error; i++)
		error = read_folder(
			snapshot, fsq_folder_fd(queues[i], folder), i, window);
	if (error)
		snapshot->nnames = 0;
	else if (snapshot->nnames)
		qsort_r(snapshot->names, snapshot->nnames,
			sizeof(*snapshot->names), compare, snapshot->text);
	return error;
}

bool fsq_snapshot_next(struct fsq_snapshot *snapshot, struct fsq_entry *entry)
{
	const struct fsq_snapshot_name *name;

	if (snapshot->next == snapshot->nnames)
		return false;
	name = &snapshot->names[snapshot->next++];
	*entry = (struct fsq_entry){.fsq = snapshot->queues[name->queue],
		.id = snapshot->text + name->at,
		.inode = name->inode};
	return true;
}

void fsq_snapshot_back(struct fsq_snapshot *snapshot)
{
	if (snapshot->next)
		snapshot->next--;
}

size_t fsq_snapshot_left(const struct fsq_snapshot *snapshot)
{
	return snapshot->nnames - snapshot->next;
}
