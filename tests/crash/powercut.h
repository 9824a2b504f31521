/*
 * powercut - what a disk may hold when the power fails
 *
 * What a command did to the files of a queue is a list of events. After each
 * event the power may fail, and then the disk holds all that was synced by
 * then and any part of the rest:
 *
 * - of a file's data what was written since its last sync may be lost, or half
 *   of it;
 * - a name that was made, moved or removed since its directory was synced may
 *   be as it was before, whatever became of other names, but that what was
 *   done to one file was done in order. A rename is one step, and synced with
 *   either of its two directories.
 *
 * Real filesystems keep more than that, ext4 the order of all names, so that
 * what holds here holds there.
 */
#ifndef TESTS_CRASH_POWERCUT_H
#define TESTS_CRASH_POWERCUT_H

#include "lib/fsq.h"

#include <string.h>
#include <sys/types.h>

#include "tests/suite.h"

enum {
	FILES_MAX = 128,
	EVENTS_MAX = 4096,
	PENDING_MAX = 10, /* names of which each subset is tried */
	NOWHERE = FSQ_NFOLDERS /* a directory that is none of a queue's */
};

enum event_kind {
	EVENT_WRITE,
	EVENT_SYNC_FILE,
	EVENT_SYNC_FOLDER,
	EVENT_SYNC_ALL,
	EVENT_MOVE, /* from NOWHERE: a name is made; to it: removed */
	EVENT_PROMISE, /* someone was told that the item is safe */
	EVENT_ALL_IN /* … that all items are in this folder */
};

struct event {
	enum event_kind kind;
	int file;
	int from, to; /* folders */
	size_t size; /* written */
};

struct disk {
	int nfiles, nevents;
	struct event events[EVENTS_MAX];
	size_t whole; /* the size of every item */
	/* What is not to be believed: to see what that would cost. */
	bool deaf_to_files, deaf_to_folders;
	/* What is known of each file when the power fails. */
	struct disk_file {
		size_t written, synced;
		bool promised;
		int place; /* for sure */
	} files[FILES_MAX];
	int all_in; /* a folder, or NOWHERE */
	/* Moves that may be undone. */
	int pending[EVENTS_MAX], npending;
	/* What came of it. */
	unsigned nstates, nlost, ntorn, nmisplaced;
};

static inline void disk_note(struct disk *disk, struct event event)
{
	ck_assert_int_lt(disk->nevents, EVENTS_MAX);
	disk->events[disk->nevents++] = event;
}

static inline void disk_settle(struct disk *disk, int folder)
{
	int left = 0;

	for (int i = 0; i < disk->npending; i++) {
		const struct event *move = &disk->events[disk->pending[i]];

		if (folder == NOWHERE || move->from == folder ||
			move->to == folder)
			disk->files[move->file].place = move->to;
		else
			disk->pending[left++] = disk->pending[i];
	}
	disk->npending = left;
}

static inline void disk_sync_all(struct disk *disk)
{
	for (int i = 0; i < disk->nfiles && !disk->deaf_to_files; i++)
		disk->files[i].synced = disk->files[i].written;
	if (!disk->deaf_to_folders)
		disk_settle(disk, NOWHERE);
}

static inline void disk_happen(struct disk *disk, int at)
{
	const struct event *event = &disk->events[at];
	struct disk_file *file = &disk->files[event->file];

	switch (event->kind) {
	case EVENT_WRITE:
		file->written += event->size;
		break;
	case EVENT_SYNC_FILE:
		if (!disk->deaf_to_files)
			file->synced = file->written;
		break;
	case EVENT_SYNC_FOLDER:
		if (!disk->deaf_to_folders)
			disk_settle(disk, event->to);
		break;
	case EVENT_SYNC_ALL:
		disk_sync_all(disk);
		break;
	case EVENT_MOVE:
		disk->pending[disk->npending++] = at;
		disk->all_in = NOWHERE;
		break;
	case EVENT_PROMISE:
		file->promised = true;
		break;
	case EVENT_ALL_IN:
		disk->all_in = event->to;
		break;
	}
}

static inline int disk_nbits(const struct disk *disk)
{
	return disk->npending < PENDING_MAX ? disk->npending : PENDING_MAX;
}

/* Where each file is, if of the pending moves those of a set have happened.
 * Returns false if one happened before an earlier one to the same file. */
static inline bool disk_places(
	const struct disk *disk, uint32_t set, int places[FILES_MAX])
{
	bool kept[FILES_MAX] = {false}; /* by a move that has not happened */

	for (int i = 0; i < disk->nfiles; i++)
		places[i] = disk->files[i].place;
	for (int i = 0; i < disk->npending; i++) {
		const struct event *move = &disk->events[disk->pending[i]];
		/* Of very many, the oldest go together. */
		int bit = i - (disk->npending - disk_nbits(disk));

		if (!(set >> (bit > 0 ? bit : 0) & 1)) {
			kept[move->file] = true;
			continue;
		}
		if (kept[move->file])
			return false;
		places[move->file] = move->to;
	}
	return true;
}

/* One state: files are where they are, and of what was not synced so many
 * halves are there. */
static inline void disk_judge(
	struct disk *disk, const int places[FILES_MAX], size_t halves)
{
	disk->nstates++;
	for (int i = 0; i < disk->nfiles; i++) {
		const struct disk_file *file = &disk->files[i];
		size_t size = file->synced +
			      (file->written - file->synced) * halves / 2;
		bool is_there = places[i] != NOWHERE && places[i] != FSQ_TMP;

		disk->nlost += file->promised && !is_there;
		disk->ntorn += is_there && size != disk->whole;
		disk->nmisplaced += disk->all_in != NOWHERE &&
				    places[i] != disk->all_in;
	}
}

static inline void disk_fail_power(struct disk *disk)
{
	int places[FILES_MAX];

	for (uint32_t set = 0; set < UINT32_C(1) << disk_nbits(disk); set++) {
		if (!disk_places(disk, set, places))
			continue;
		for (size_t halves = 0; halves <= 2; halves++)
			disk_judge(disk, places, halves);
	}
}

/* Let all events happen, and the power fail after each. */
static inline void disk_try_all(struct disk *disk)
{
	memset(disk->files, 0, sizeof(disk->files));
	for (int i = 0; i < disk->nfiles; i++)
		disk->files[i].place = NOWHERE;
	disk->npending = 0;
	disk->all_in = NOWHERE;
	disk->nstates = disk->nlost = disk->ntorn = disk->nmisplaced = 0;
	for (int i = 0; i < disk->nevents; i++) {
		disk_happen(disk, i);
		disk_fail_power(disk);
	}
}

#endif
