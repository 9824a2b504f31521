/* What can still come of it: hints, and that all is decided. */
#include "cmd/play.h"

#include "cmd/page.h"
#include "cmd/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	WAY_SIZE = 4000,
};

static const char *const prospects[] = {
	[PLAY_OPEN] = "From here it can fail, and need not.",
	[PLAY_DOOMED] = "From here every way leads to a failure.",
	[PLAY_SAFE] = "From here it cannot fail any more: b goes back.",
	[PLAY_SAFE_SIGNALLED] =
		("From here it cannot fail any more, unless somebody wakes up "
		 "whom nobody\nsignalled: b goes back."),
};

/*
 * The first choice of a way to a failure. Returns 1, 0 when none was found
 * (*none_left: there is none), or -errno.
 */
static int look_for_failure(struct play *play, unsigned *pick, bool *none_left)
{
	const struct wire *wire = play->view->wire;
	int found = portfolio_look_for_failure(
		play->portfolio, play->choices, play->n, none_left);

	if (found > 0)
		*pick = wire->choices[play->n].pick;
	if (found > 0 && *pick < play->nsleepers)
		*pick = play->sleepers[*pick];
	return found;
}

/* As a person says it: the thread that is woken, and m for a store. */
static void add_key(
	const struct play *play, unsigned pick, char *keys, size_t size)
{
	if (pick < play->nsleepers)
		pick = play->sleepers[pick];
	if (play_is_flush(play, pick))
		text_append(keys, size, " m%u", pick - WIRE_FLUSHERS);
	else
		text_append(keys, size, " %u", pick);
}

/*
 * Go that way: what a person types for it is seen on it. Steps that are none
 * of a person's have been taken by then.
 */
static int follow(struct play *play, const struct choice *way, uint32_t n,
	char *keys, size_t size)
{
	int status = 0;

	while (status == 0 && play->n < n) {
		unsigned pick = way[play->n].pick;

		add_key(play, pick, keys, size);
		if (pick < play->nsleepers)
			pick = play->sleepers[pick];
		status = play_can(play, pick) ? play_move(play, pick) : 0;
		if (play->state != PLAY_ON && play->state != PLAY_ASKS)
			break;
	}
	return status;
}

/* Returns 0 or -errno. */
static int way_keys(struct play *play, char *keys, size_t size)
{
	const struct wire *wire = play->view->wire;
	uint32_t begin = play->n, n;
	struct choice *way;
	bool none_left;
	int status = portfolio_look_for_failure(
		play->portfolio, play->choices, begin, &none_left);

	keys[0] = '\0';
	if (status <= 0)
		return status;
	n = wire->nchoices;
	way = calloc(n, sizeof(*way));
	if (!way)
		return -ENOMEM;
	memcpy(way, wire->choices, n * sizeof(*way));
	status = play_look(play);
	if (status == 0)
		status = follow(play, way, n, keys, size);
	free(way);
	play->n = begin;
	return status;
}

/* Nothing fails from here as the program is played. */
static int safe(struct play *play, enum play_prospect *prospect)
{
	bool none_left;
	int found = portfolio_look_with_wakeups(
		play->portfolio, play->choices, play->n, &none_left);

	if (found > 0)
		*prospect = PLAY_SAFE_SIGNALLED;
	else if (!found && none_left)
		*prospect = PLAY_SAFE;
	return found < 0 ? found : 0;
}

/* The wire is that of a look ahead then: play_look comes next. */
static int look_both_ways(struct play *play, enum play_prospect *prospect)
{
	bool none_left = false;
	int found = portfolio_look_everywhere(
		play->portfolio, play->choices, play->n, true, &none_left);

	if (found < 0)
		return found;
	if (!found && none_left)
		*prospect = PLAY_DOOMED;
	if (!found)
		return 0;
	found = portfolio_look_everywhere(
		play->portfolio, play->choices, play->n, false, &none_left);
	if (!found && none_left)
		return safe(play, prospect);
	return found < 0 ? found : 0;
}

static int foresee(struct play *play, enum play_prospect *prospect)
{
	bool moved = play->moved;
	int status;

	*prospect = PLAY_OPEN;
	if (play->known->always ||
		play->known->answer == ANSWER_NONE_POSSIBLE ||
		play->state == PLAY_FAILED || play->state == PLAY_ENDED_WELL)
		return 0;
	status = look_both_ways(play, prospect);
	if (status == 0)
		status = play_look(play);
	play->moved = moved;
	return status;
}

static void print_hint(struct play *play, unsigned pick)
{
	printf("A way to a failure begins with %s%u.\n",
		play_is_flush(play, pick) ? "m" : "",
		play_is_flush(play, pick) ? pick - WIRE_FLUSHERS : pick);
}

/* Asked again at the same place, all of the way. */
static int tell_way(struct play *play)
{
	char keys[WAY_SIZE];
	int status = way_keys(play, keys, sizeof(keys));

	if (status == 0) {
		fputs("A way to a failure: ", stdout);
		page_wrap(stdout, keys[0] ? keys + 1 : keys, 20, 2);
	}
	return status;
}

static int tell_no_way(struct play *play, bool none_left)
{
	enum play_prospect prospect = PLAY_OPEN;
	int status = none_left ? safe(play, &prospect) : 0;

	if (status == 0)
		printf("%s\n", prospect == PLAY_OPEN
				       ? "No failure was found from here: b "
					 "goes back."
				       : prospects[prospect]);
	return status;
}

int play_tell_hint(struct play *play)
{
	unsigned pick = 0;
	bool none_left;
	int found = look_for_failure(play, &pick, &none_left);

	if (found > 0 && play->hinted)
		found = tell_way(play);
	else if (found > 0)
		print_hint(play, pick);
	else if (found == 0)
		found = tell_no_way(play, none_left);
	if (found < 0)
		return found;
	play->hinted = true;
	found = play_look(play);
	play->moved = false;
	return found;
}

int play_tell_prospect(struct play *play)
{
	enum play_prospect prospect;
	int status = foresee(play, &prospect);

	if (status == 0 && prospect != play->prospect)
		printf("%s\n", prospects[prospect]);
	play->prospect = prospect;
	return status;
}
