/* What somebody who plays scheduler is told before the first step. */
#include "cmd/play.h"

#include "cmd/text.h"

#include <stdio.h>

static void print_failure(const struct portfolio_result *known)
{
	const char *name = explore_finding_name(known->failure.kind);

	if (known->always)
		printf("Every order of steps makes this program fail: %s.\n"
		       "It is no matter of who goes first: see how it comes "
		       "about.\n",
			name);
	else
		printf("Some order of steps makes this program fail: %s.\n"
		       "Find one. You say who takes the next step.\n",
			name);
	if (known->failure.kind == FOUND_RACE)
		printf("It fails as soon as two threads have used the same "
		       "memory, and nothing puts\none before the other.\n");
}

/* What fails in every order needs none of them. */
static void print_par(const struct play *play)
{
	int n = play->known->preemptions;

	if (n >= 0 && !play->known->always)
		printf("It can be done with %d preemption%s%s.\n", n,
			text_plural((unsigned)n),
			play->level && play->level->spurious
				? ", and a wake-up that nobody signalled"
				: "");
}

void play_print_goal(const struct play *play)
{
	const struct portfolio_result *known = play->known;

	if (known->answer == ANSWER_FOUND)
		print_failure(known);
	else if (known->answer == ANSWER_NONE_POSSIBLE)
		printf("No order makes this program fail: all schedules (%llu) "
		       "were tried. Look around.\n",
			(unsigned long long)known->nschedules);
	else
		printf("No failing order is known. Find one.\n");
	if (known->memory != known->asked_memory)
		printf("It does so under --memory %s, which you play.\n",
			explore_memory_names[known->memory]);
	print_par(play);
}

void play_print_keys(const struct play *play)
{
	printf("0, 1, ... who takes the next step; several on one line are "
	       "taken in order\n");
	if (play->known->memory == MEMORY_TSO)
		printf("m0, m1, ... whose oldest store reaches memory\n");
	printf("A step goes on to where another thread could come between.\n"
	       "b back   r begin again   h hint   s schedule   %sq quit   "
	       "? this\n",
		play->level ? "c code   " : "");
}
