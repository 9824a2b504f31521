/* What somebody who plays scheduler sees. */
#include "cmd/play.h"

#include "cmd/text.h"

#include <stdio.h>
#include <string.h>

enum {
	LAST_STEPS = 6
};

static void put(const char *text)
{
	text_print(stdout, text, strlen(text));
}

/* An event that has not come yet: what it would do, without its value. */
static void pending_words(
	struct explore_view *view, const struct standing *standing, char *words)
{
	struct event event = {.op = standing->pending, .other = WIRE_NOBODY};
	char name[EXPLORE_WORDS_SIZE];

	if (standing->state == STANDING_BLOCKED)
		event.flags = EVENT_BLOCKED;
	switch (standing->pending.kind) {
	case OP_READ:
	case OP_ATOMIC_READ:
		snprintf(words, EXPLORE_WORDS_SIZE, "reads %.100s",
			explore_object_name(view, event.op.object, name));
		break;
	case OP_WRITE:
	case OP_ATOMIC_WRITE:
		snprintf(words, EXPLORE_WORDS_SIZE, "writes %.100s",
			explore_object_name(view, event.op.object, name));
		break;
	case OP_ATOMIC_UPDATE:
		snprintf(words, EXPLORE_WORDS_SIZE, "changes %.100s",
			explore_object_name(view, event.op.object, name));
		break;
	case OP_SIGNAL:
		snprintf(words, EXPLORE_WORDS_SIZE, "signals %.100s",
			explore_object_name(view, event.op.object, name));
		break;
	case OP_JOIN:
		event.other = (uint16_t)event.op.object;
		explore_event_words(view, &event, words);
		break;
	case OP_WAKE:
		snprintf(words, EXPLORE_WORDS_SIZE,
			"is asleep on %.60s, could wake up without a signal",
			explore_object_name(view, event.op.object, name));
		break;
	default:
		explore_event_words(view, &event, words);
	}
}

static void print_holds(
	struct explore_view *view, const struct standing *standing)
{
	char name[EXPLORE_WORDS_SIZE];

	for (uint32_t i = 0; i < standing->nheld; i++) {
		printf("%s", i ? ", " : "  [holds ");
		put(explore_object_name(view, standing->held[i].object, name));
	}
	if (standing->nheld)
		putchar(']');
}

static void print_line(struct explore_view *view, uint64_t pc)
{
	struct place place;

	if (!symbols_place(view->symbols, pc, &place))
		return;
	printf("   %d: ", place.line);
	put(explore_line(view, &place));
}

static void print_thread(struct play *play, unsigned i)
{
	struct explore_view *view = play->view;
	const struct standing *standing = &view->wire->standing[i];
	char name[EXPLORE_WORDS_SIZE], words[2 * EXPLORE_WORDS_SIZE];

	explore_thread_name(i, name);
	if (standing->state == STANDING_ENDED) {
		printf("     %-5s has ended\n", name);
		return;
	}
	if (play_can(play, i) && play->state == PLAY_ON)
		printf("%3u  ", i);
	else
		printf("  -  ");
	if (standing->state == STANDING_BLOCKED &&
		explore_wait_words(view, i, words, sizeof(words))) {
		put(words);
	} else {
		pending_words(view, standing, words);
		printf("%-5s ", name);
		put(words);
		if (standing->pending.kind != OP_START)
			print_line(view, standing->pending.pc);
	}
	print_holds(view, standing);
	putchar('\n');
}

/* The oldest store in the buffer of a thread. */
static void print_flush(struct play *play, unsigned thread)
{
	struct explore_view *view = play->view;
	const struct standing *standing =
		&view->wire->standing[WIRE_FLUSHERS + thread];
	struct event event = {
		.op = standing->pending,
		.after = standing->value,
		.flags = EVENT_DELAYED,
	};
	char name[EXPLORE_WORDS_SIZE], words[EXPLORE_WORDS_SIZE];

	printf(" m%-2u %-5s ", thread, explore_thread_name(thread, name));
	put(explore_event_words(view, &event, words));
	putchar('\n');
}

static void print_steps(struct explore_view *view)
{
	const struct wire *wire = view->wire;
	uint32_t i = wire->nevents > LAST_STEPS ? wire->nevents - LAST_STEPS
						: 0;

	for (; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];
		char name[EXPLORE_WORDS_SIZE], words[EXPLORE_WORDS_SIZE];

		printf("       %-5s ",
			explore_thread_name(event->thread, name));
		put(explore_event_words(view, event, words));
		print_line(view, event->op.pc);
		putchar('\n');
	}
}

static void print_stores(struct play *play)
{
	const struct wire *wire = play->view->wire;
	bool reads = wire->asked_kind == ASKED_READ;
	char name[EXPLORE_WORDS_SIZE];

	printf(reads ? "Which store does it read? The newest comes first.\n"
		     : "Where does it go in the order of stores?\n");
	for (unsigned i = 0; i < wire->asked && i < WIRE_MAX_ASKED; i++) {
		const struct asked_store *store = &wire->asked_stores[i];

		printf("%3u  ", i);
		if (store->last) {
			printf("behind all others\n");
			continue;
		}
		printf("%s%lld, ", reads ? "" : "before ",
			(long long)store->value);
		if (store->thread == WIRE_NOBODY)
			printf("as it was at first\n");
		else
			printf("stored by %s\n",
				explore_thread_name(store->thread, name));
	}
}

static void print_question(struct play *play)
{
	const struct wire *wire = play->view->wire;
	char name[EXPLORE_WORDS_SIZE];
	unsigned n = 0;

	printf("Which of those who wait is woken?\n");
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (wire->standing[i].pending.kind == OP_WAKE &&
			wire->standing[i].state != STANDING_ENDED &&
			n < wire->asked)
			printf("%3u  %s\n", n++, explore_thread_name(i, name));
	}
}

void play_print(struct play *play)
{
	printf("\nSo far:\n");
	print_steps(play->view);
	if (play->state == PLAY_ASKS) {
		if (play->view->wire->asked_kind == ASKED_WAITER)
			print_question(play);
		else
			print_stores(play);
		return;
	}
	printf("Next, by number:\n");
	for (unsigned i = 0; i < play->view->wire->nthreads; i++)
		print_thread(play, i);
	for (unsigned i = 0; i < play->view->wire->nthreads; i++) {
		if (play->known->memory == MEMORY_TSO &&
			play_can(play, WIRE_FLUSHERS + i))
			print_flush(play, i);
	}
}

static void put_line(void *context, enum explore_part part, const char *words)
{
	static const char *const open[] = {
		[EXPLORE_HEAD] = "\nYou made it fail: ",
		[EXPLORE_DETAIL] = "  ",
		[EXPLORE_NOTE] = "  also seen: ",
		[EXPLORE_THINK] = "Think: ",
		[EXPLORE_LESSON] = "Lesson: ",
	};

	(void)context;
	fputs(open[part], stdout);
	put(words);
	putchar('\n');
}

static void print_failed(struct play *play)
{
	const struct wire *wire = play->view->wire;
	const struct finding *failure = &wire->findings[wire->failure - 1];
	uint32_t used = play->npreemptions[play->n];
	int par = play->known->preemptions;

	explore_tell_what(play->view, failure, put_line, NULL);
	printf("%u preemption%s", used, used == 1 ? "" : "s");
	if (par >= 0)
		printf(", and the fewest known is %d", par);
	putchar('\n');
	explore_tell_why(play->view, failure, put_line, NULL);
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
