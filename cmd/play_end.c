/* What somebody who plays scheduler is told when the program has ended. */
#include "cmd/play.h"

#include "cmd/page.h"
#include "cmd/term.h"
#include "cmd/text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void put_line(void *context, enum explore_part part, const char *words)
{
	static const struct {
		const char *open;
		unsigned indent;
	} parts[] = {
		[EXPLORE_HEAD] = {"You made it fail: ", 4},
		[EXPLORE_DETAIL] = {"  ", 4},
		[EXPLORE_NOTE] = {"  also seen: ", 4},
		[EXPLORE_THINK] = {"Think: ", 7},
		[EXPLORE_LESSON] = {"Lesson: ", 8},
	};
	const char *open = parts[part].open;

	(void)context;
	if (part == EXPLORE_HEAD)
		putchar('\n');
	fputs(open, stdout);
	page_wrap(stdout, words, (unsigned)strlen(open), parts[part].indent);
}

/* What a level says itself fits better than what holds for any program. */
static void print_why(struct play *play, const struct finding *failure)
{
	const struct level *level = play->level;

	if (!level || !level->why[0]) {
		explore_tell_why(play->view, failure, put_line, NULL);
		return;
	}
	put_line(NULL, EXPLORE_THINK, level->why);
	if (level->lesson[0])
		put_line(NULL, EXPLORE_LESSON, level->lesson);
}

/* What is said of the steps names them by their numbers. */
static void print_order(struct play *play, const struct finding *failure)
{
	struct portfolio_result made = *play->known;

	made.failure = *failure;
	made.lost_at = 0; /* it is that of another order */
	play->view->result = &made;
	putchar('\n');
	explore_print_timeline(play->view, term_page_width(STDOUT_FILENO));
	putchar('\n');
	play->view->result = play->known;
}

static void print_score(const struct play *play)
{
	uint32_t used = play->npreemptions[play->n];
	int par = play->known->preemptions;

	if (play->known->always) {
		printf("It fails in every order.\n");
		return;
	}
	printf("%u preemption%s", used, text_plural(used));
	if (par >= 0)
		printf(", and the fewest known is %d", par);
	putchar('\n');
}

static void print_failed(struct play *play)
{
	const struct wire *wire = play->view->wire;
	const struct finding *failure = &wire->findings[wire->failure - 1];

	explore_tell_what(play->view, failure, put_line, NULL);
	print_order(play, failure);
	print_score(play);
	print_why(play, failure);
	printf("Schedule: %s\n", play->view->schedule);
}

void play_print_end(struct play *play)
{
	switch (play->state) {
	case PLAY_FAILED:
		print_failed(play);
		break;
	case PLAY_ENDED_WELL:
		printf("\nThe program came to a good end. b goes back, r "
		       "begins again.\n");
		break;
	default:
		printf("\nThis cannot be done again: the program differs from "
		       "run to run.\n");
	}
}
