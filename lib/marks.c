#include "lib/marks.h"
#include "lib/team.h"
#include "lib/wheel210.h"
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

/* The primes that a thread takes at a time: those among so many numbers. */
enum {
	SHARE = 1 << 22
};

struct job {
	const struct primetable *primes;
	uint32_t from;
	uint64_t low;
	size_t size;
	atomic_uint next_share;
	unsigned nmaps;
	unsigned char *maps[]; /* one for each thread, NULL if none */
};

static unsigned char *map_create(size_t size)
{
	unsigned char *map = malloc(size);

	if (map)
		memset(map, 0xff, size);
	return map;
}

static void mark(unsigned char *map, const struct job *job, uint32_t prime)
{
	struct wheel210_place place;
	unsigned class;
	uint32_t turns;

	/* Most primes have no multiple here. */
	if (prime - job->low % prime > 30 * job->size + 1)
		return;
	place = wheel210_first(job->low, prime);
	class = wheel210_class(prime);
	turns = wheel210_turns(prime);
	while (place.at < job->size) {
		map[place.at] &= ~(1u << wheel210_bit(class, place.position));
		wheel210_advance(&place, class, turns);
	}
}

static void mark_share(
	unsigned char *map, const struct job *job, uint64_t first)
{
	uint64_t last = first + SHARE - 1;
	uint32_t limit = job->primes->limit;
	struct primewalk walk;
	uint32_t prime;

	walk = primewalk_from(job->primes, first, last < limit ? last : limit);
	while ((prime = primewalk_next(&walk)))
		mark(map, job, prime);
}

static void work(void *arg, unsigned index, unsigned size)
{
	struct job *job = arg;
	unsigned char **map = &job->maps[index];

	(void)size;
	/* A thread that gets no memory leaves its share to the others: the
	 * first one has its map already. */
	if (!*map)
		*map = map_create(job->size);
	while (*map) {
		uint64_t i = atomic_fetch_add(&job->next_share, 1);
		uint64_t first = job->from + i * SHARE;

		if (first > job->primes->limit)
			break;
		mark_share(*map, job, first);
	}
}

/* Bring all maps into the first. */
static void combine(struct job *job)
{
	for (unsigned t = 1; t < job->nmaps; t++) {
		if (!job->maps[t])
			continue;
		for (size_t i = 0; i < job->size; i++)
			job->maps[0][i] &= job->maps[t][i];
		free(job->maps[t]);
	}
}

int marks_init(struct marks *marks, const struct primetable *primes,
	uint32_t from, uint64_t lo, uint64_t hi, unsigned nthreads)
{
	uint64_t low = segment_low(lo);
	unsigned nmaps = nthreads ? nthreads : 1;
	struct job *job = calloc(1, sizeof *job + nmaps * sizeof *job->maps);
	struct team *team;

	if (!job)
		return -ENOMEM;
	job->primes = primes;
	job->nmaps = nmaps;
	job->from = from;
	job->low = low;
	job->size = (segment_low(hi) - low) / 30 + 1;
	job->maps[0] = map_create(job->size);
	if (!job->maps[0]) {
		free(job);
		return -ENOMEM;
	}
	if (nmaps == 1 || team_start(nmaps, "marks", work, job, &team) < 0)
		work(job, 0, 1);
	else
		team_destroy(team);
	combine(job);
	*marks = (struct marks){job->maps[0], low, job->size};
	free(job);
	return 0;
}

void marks_fini(struct marks *marks)
{
	free(marks->bits);
}

void marks_apply(const struct marks *marks, unsigned char *data, uint64_t low,
	size_t size)
{
	const unsigned char *bits = marks->bits + (low - marks->low) / 30;

	for (size_t i = 0; i < size; i++)
		data[i] &= bits[i];
}
