#include "lib/fsq_holders.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

struct fsq_holder {
	uint64_t inode;
	unsigned major, minor;
	pid_t pid;
};

void fsq_holders_fini(struct fsq_holders *holders)
{
	free(holders->all);
	*holders = (struct fsq_holders){0};
}

/* "7: FLOCK  ADVISORY  WRITE 4711 08:02:131090 0 EOF"; waiters have "->". */
static int parse_line(const char *line, struct fsq_holder *holder)
{
	unsigned long long inode;
	int pid;

	if (sscanf(line, "%*d: FLOCK %*s WRITE %d %x:%x:%llu", &pid,
		    &holder->major, &holder->minor, &inode) != 4)
		return -EINVAL;
	holder->pid = pid;
	holder->inode = inode;
	return 0;
}

static int add(struct fsq_holders *holders, const struct fsq_holder *holder)
{
	struct fsq_holder *grown;

	/* A power of two is full. */
	if (!(holders->n & (holders->n - 1))) {
		size_t room = holders->n ? 2 * holders->n : 1;

		grown = realloc(holders->all, room * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		holders->all = grown;
	}
	holders->all[holders->n++] = *holder;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct fsq_holder *x = a, *y = b;

	return (x->inode > y->inode) - (x->inode < y->inode);
}

int fsq_holders_read(struct fsq_holders *holders)
{
	struct fsq_holder holder;
	char line[256];
	FILE *locks = fopen("/proc/locks", "re");
	int error = 0;

	*holders = (struct fsq_holders){0};
	if (!locks)
		return errno == ENOMEM ? -ENOMEM : -ENOENT;
	while (!error && fgets(line, sizeof(line), locks)) {
		if (!parse_line(line, &holder))
			error = add(holders, &holder);
	}
	fclose(locks);
	if (error)
		fsq_holders_fini(holders);
	else if (holders->n)
		qsort(holders->all, holders->n, sizeof(*holders->all), compare);
	return error;
}

/* The first with this inode, or one behind the last. */
static size_t first_with(const struct fsq_holders *holders, uint64_t inode)
{
	size_t low = 0, high = holders->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (holders->all[middle].inode < inode)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

pid_t fsq_holders_find(
	const struct fsq_holders *holders, dev_t device, ino_t inode)
{
	for (size_t i = first_with(holders, inode);
		i < holders->n && holders->all[i].inode == inode; i++) {
		const struct fsq_holder *holder = &holders->all[i];

		if (holder->major == major(device) &&
			holder->minor == minor(device))
			return holder->pid;
	}
	return 0;
}
