/*
 * play - a program at a point of its execution, and a person who schedules it
 *
 * The way so far is a list of choices. Each move adds one, going back takes
 * one away, and the program is then run anew to that point, which takes a few
 * milliseconds; so nothing has to be undone.
 *
 * Threads:  the main one.
 * Blocking: play_look for that run, what looks ahead for up to a second.
 * Memory:   the caller's struct.
 */
#ifndef CMD_PLAY_H
#define CMD_PLAY_H

#include "cmd/explore.h"
#include "cmd/level.h"

enum play_state {
	PLAY_ON, /* somebody has to take a step */
	PLAY_ASKS, /* one of several values has to be chosen */
	PLAY_FAILED,
	PLAY_ENDED_WELL,
	PLAY_LOST, /* the program does not do again what it did */
};

/* What can still come of it. */
enum play_prospect {
	PLAY_OPEN, /* both, or it is not known */
	PLAY_DOOMED, /* every way fails */
	PLAY_SAFE, /* none does */
	PLAY_SAFE_SIGNALLED, /* none but by a wake-up without a signal */
};

struct play {
	struct portfolio *portfolio;
	struct explore_view *view;
	const struct portfolio_result *known; /* what explore knows of it */
	const struct level *level; /* NULL: a program */
	struct choice choices[WIRE_MAX_CHOICES];
	uint32_t n;
	uint32_t npreemptions[WIRE_MAX_CHOICES + 1]; /* before each choice */
	bool together[WIRE_MAX_CHOICES]; /* no choice of the person's */
	enum play_state state;
	bool moved; /* since it was shown */
	bool hinted; /* since it was moved */
	enum play_prospect prospect; /* that the person was told of */
	uint16_t sleepers[WIRE_MAX_THREADS]; /* one of whom is to be woken */
	unsigned nsleepers; /* 0: that is not asked */
};

/* Run to where the choices lead. Returns 0 or -errno. */
int play_look(struct play *play);

/*
 * Whether the thread can be chosen here: for the next step, or as the one that
 * a signal wakes; or the value, where the question is about a store.
 */
bool play_can(const struct play *play, unsigned pick);

/* A store that reaches memory, and no step of a thread. */
bool play_is_flush(const struct play *play, unsigned pick);

/* Who goes on when nobody says: the one that did, or the first that can. */
unsigned play_usual_pick(const struct play *play);

/*
 * Choose, and see where that leads; play_can must hold. What the compiler has
 * made up for itself is no step: the thread goes on past it. Returns 0 or
 * -errno.
 */
int play_move(struct play *play, unsigned pick);

/* Take back the last choice, if there is one. Returns 0 or -errno. */
int play_back(struct play *play);

/*
 * Tell the first choice of a way to a failure, or that there is none; asked
 * again at the same place, all of the way. Returns 0 or -errno.
 */
int play_tell_hint(struct play *play);

/*
 * Tell, when that is new, that every way leads to a failure, or that none
 * does. Returns 0 or -errno.
 */
int play_tell_prospect(struct play *play);

/*
 * Explore the program, so that its failures are known, and let the person on
 * stdin be its scheduler. EXIT_GOOD when it was made to fail, else EXIT_NO, or
 * EXIT_REFUSED after saying why not.
 */
int play_program(const struct portfolio_options *todo);

/*
 * The same, with the moves of a line, "0 0 1 1": then whoever can goes on, the
 * one that took the last step first, to the end.
 */
int play_line(const struct portfolio_options *todo, const char *line);

/* What is to be done, and by which keys. */
void play_print_goal(const struct play *play);
void play_print_keys(const struct play *play);

void play_print(struct play *play);
void play_print_end(struct play *play);

/* Why it cannot be chosen; play_can has said so. */
void play_print_why_not(struct play *play, unsigned pick);

#endif
