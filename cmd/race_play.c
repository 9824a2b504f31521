/*
 * The threads are real and so is the number, but each step waits until its
 * turn has come: what is a matter of luck elsewhere is decided here.
 */
#include "cmd/race.h"

#include "lib/must.h"
#include "lib/team.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>

struct player {
	struct semaphore go, done;
	unsigned progress; /* steps taken, of RACE_STEPS_EACH */
	uint64_t copy; /* what it has read */
};

struct game {
	enum race_mode mode;
	unsigned nplayers;
	bool over;
	struct race_counter counter;
	struct race_play *play;
	struct race_step *step; /* the one being taken */
	struct player players[RACE_MOST_PLAYERS];
};

#define DID(step, ...) snprintf((step)->did, sizeof((step)->did), __VA_ARGS__)

typedef unsigned long long ull;

static void read_it(
	struct player *player, struct race_step *step, uint64_t number)
{
	player->copy = number;
	player->progress = 1;
	DID(step, "reads %llu", (ull)player->copy);
}

static void write_it(
	struct player *player, struct race_step *step, uint64_t *number)
{
	*number = player->copy + 1;
	player->progress = RACE_STEPS_EACH;
	DID(step, "writes %llu + 1", (ull)player->copy);
}

static void step_unsynchronised(struct race_counter *counter,
	struct player *player, struct race_step *s)
{
	if (player->progress == 0)
		read_it(player, s, counter->plain);
	else
		write_it(player, s, &counter->plain);
	s->counter = counter->plain;
}

static void step_atomic(struct race_counter *counter, struct player *player,
	struct race_step *s)
{
	atomic_fetch_add(&counter->atomic, 1);
	player->progress = RACE_STEPS_EACH;
	s->counter = atomic_load(&counter->atomic);
	DID(s, "adds 1, in one step");
}

static void step_locked(struct race_counter *counter, struct player *player,
	struct race_step *s)
{
	if (player->progress == 1) {
		write_it(player, s, &counter->guarded);
		mutex_unlock(&counter->lock);
		DID(s, "writes %llu + 1 and unlocks", (ull)player->copy);
		s->counter = counter->guarded;
	} else if (mutex_lock_until(&counter->lock, 0) == 0) {
		read_it(player, s, counter->guarded);
		DID(s, "locks and reads %llu", (ull)player->copy);
	} else {
		DID(s, "finds it locked, and waits");
	}
}

static void (*const take_step[RACE_NMODES])(
	struct race_counter *, struct player *, struct race_step *) = {
	[RACE_NONE] = step_unsynchronised,
	[RACE_ATOMIC] = step_atomic,
	[RACE_MUTEX] = step_locked,
};

static void play_turns(void *arg, unsigned index, unsigned size)
{
	struct game *game = arg;
	struct player *player = &game->players[index];

	(void)size;
	for (;;) {
		semaphore_wait(&player->go, CLOCK_NEVER);
		if (game->over)
			return;
		take_step[game->mode](&game->counter, player, game->step);
		semaphore_post(&player->done);
	}
}

/* One turn: the thread takes its step, and the others wait for theirs. */
static void give_turn(struct game *game, unsigned thread, bool beyond)
{
	struct player *player = &game->players[thread - 1];
	struct race_play *play = game->play;
	struct race_step *step = &play->steps[play->nsteps];

	*step = (struct race_step){.thread = thread, .beyond = beyond};
	step->counter = play->nsteps ? step[-1].counter : 0;
	play->nsteps++;
	if (player->progress == RACE_STEPS_EACH) {
		DID(step, "has nothing left to do");
		return;
	}
	game->step = step;
	semaphore_post(&player->go);
	semaphore_wait(&player->done, CLOCK_NEVER);
}

static void finish_those(struct game *game, unsigned progress)
{
	for (unsigned i = 0; i < game->nplayers; i++) {
		if (game->players[i].progress != progress)
			continue;
		while (game->players[i].progress < RACE_STEPS_EACH)
			give_turn(game, i + 1, true);
	}
}

/* After the schedule: who is half way holds the lock, and has to go first. */
static void finish(struct game *game)
{
	finish_those(game, 1);
	finish_those(game, 0);
}

static void end(struct game *game)
{
	game->over = true;
	for (unsigned i = 0; i < game->nplayers; i++)
		semaphore_post(&game->players[i].go);
}

int race_play(enum race_mode mode, unsigned nplayers,
	const struct opt_list *schedule, struct race_play *play)
{
	struct game game = {.mode = mode, .nplayers = nplayers, .play = play};
	struct team *team;
	int status = team_start(nplayers, "race", play_turns, &game, &team);

	if (status < 0)
		return status;
	if (team_size(team) < nplayers)
		status = -EAGAIN;
	play->nsteps = 0;
	for (unsigned i = 0; i < schedule->n && !status; i++)
		give_turn(&game, schedule->values[i], false);
	if (!status)
		finish(&game);
	end(&game);
	team_destroy(team);
	play->expected = nplayers;
	play->got = status ? 0 : play->steps[play->nsteps - 1].counter;
	return status;
}
