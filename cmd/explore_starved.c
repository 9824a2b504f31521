/* Why nobody posts what is waited for. */
#include "cmd/explore_wait.h"

#include "cmd/text.h"

static bool starves(const struct standing *standing)
{
	return standing->state == STANDING_BLOCKED &&
	       standing->pending.kind == OP_SEM_WAIT;
}

/* The step in which a thread ended, from 1 on; 0: it has not. */
static uint32_t end_of(const struct wire *wire, unsigned thread)
{
	for (uint32_t i = wire->nevents; i-- > 0;) {
		if (wire->events[i].thread == thread &&
			wire->events[i].op.kind == OP_END)
			return i + 1;
	}
	return 0;
}

static void say_left(struct explore_view *view, unsigned thread,
	uint64_t semaphore, const struct claim *claim, char *words, size_t size)
{
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	uint32_t end = end_of(view->wire, thread);

	text_append(words, size, "%s took one from %s (",
		explore_thread_name(thread, who),
		explore_object_name(view, semaphore, name));
	explore_claim_words(view, claim, words, size);
	text_append(words, size, ") and ended ");
	if (end)
		text_append(words, size, "(step %u) ", end);
	text_append(words, size,
		"without a post: after a sem_wait every way out needs a "
		"sem_post, an early return or break, too");
}

/*
 * It posts where what it reads last is something else, and that is raced on:
 * what it has read may be wrong, and the post is not missing.
 */
static bool is_misled(
	const struct wire *wire, unsigned thread, uint64_t semaphore)
{
	if (!explore_release(wire, thread, semaphore))
		return false;
	for (uint32_t i = wire->nevents; i-- > 0;) {
		const struct op *op = &wire->events[i].op;

		if (wire->events[i].thread == thread && op->kind == OP_READ)
			return explore_race_on(wire, op->object) != NULL;
	}
	return false;
}

const char *explore_left_permit_advice(
	struct explore_view *view, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	struct claim claim;

	for (unsigned i = 0; i < wire->nthreads; i++) {
		uint64_t semaphore = wire->standing[i].pending.object;

		if (!starves(&wire->standing[i]))
			continue;
		for (unsigned k = 0; k < wire->nthreads; k++) {
			if (wire->standing[k].state != STANDING_ENDED ||
				!explore_claim(wire, k, semaphore, &claim) ||
				is_misled(wire, k, semaphore))
				continue;
			say_left(view, k, semaphore, &claim, words, size);
			return "10-semaphores";
		}
	}
	return NULL;
}

static unsigned nposts(const struct wire *wire, uint64_t semaphore)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < wire->nevents; i++)
		n += wire->events[i].op.kind == OP_SEM_POST &&
		     wire->events[i].op.object == semaphore;
	return n;
}

static unsigned nwaiting(const struct wire *wire, uint64_t semaphore)
{
	unsigned n = 0;

	for (unsigned i = 0; i < wire->nthreads; i++)
		n += starves(&wire->standing[i]) &&
		     wire->standing[i].pending.object == semaphore;
	return n;
}

/* Who posts it, in some execution, and waits itself; NULL: nobody. */
static const struct wire_release *waiting_poster(
	const struct wire *wire, uint64_t semaphore)
{
	for (unsigned i = 0; i < wire->nthreads; i++) {
		const struct wire_release *post = explore_release(
			wire, i, semaphore);

		if (post && wire->standing[i].state == STANDING_BLOCKED)
			return post;
	}
	return NULL;
}

/* Another that nobody has posted either; false: there is none. */
static bool find_other(const struct wire *wire, unsigned first, unsigned *other)
{
	for (*other = first + 1; *other < wire->nthreads; (*other)++) {
		const struct standing *standing = &wire->standing[*other];

		if (starves(standing) &&
			standing->pending.object !=
				wire->standing[first].pending.object &&
			!nposts(wire, standing->pending.object))
			return true;
	}
	return false;
}

static void say_each(struct explore_view *view, unsigned first, unsigned other,
	char *words, size_t size)
{
	const struct wire *wire = view->wire;
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];

	text_append(words, size, "%s waits for %s",
		explore_thread_name(first, who),
		explore_object_name(
			view, wire->standing[first].pending.object, name));
	text_append(words, size,
		" and %s for %s, and nobody has posted either: let each post "
		"before it waits",
		explore_thread_name(other, who),
		explore_object_name(
			view, wire->standing[other].pending.object, name));
}

/* The first that took one and has ended; false: nobody did. */
static bool find_taker(const struct wire *wire, uint64_t semaphore,
	unsigned *thread, struct claim *claim)
{
	for (*thread = 0; *thread < wire->nthreads; (*thread)++) {
		struct permits permits = explore_permits_before(
			wire, wire->nevents, *thread, semaphore);

		if (!permits.wait ||
			wire->standing[*thread].state != STANDING_ENDED)
			continue;
		claim->step = permits.wait;
		claim->pc = wire->events[permits.wait - 1].op.pc;
		return true;
	}
	return false;
}

static void say_unposted(
	struct explore_view *view, uint64_t semaphore, char *words, size_t size)
{
	unsigned count = (unsigned)explore_first_count(view->wire, semaphore);
	char name[EXPLORE_WORDS_SIZE];
	struct claim claim;
	unsigned taker;

	text_append(words, size, "%s begins with %u",
		explore_object_name(view, semaphore, name), count);
	if (!count) {
		text_append(words, size,
			", and nobody comes to post it: what protects "
			"something begins "
			"with 1 (sem_init); for a message, somebody has to "
			"post");
		return;
	}
	if (find_taker(view->wire, semaphore, &taker, &claim)) {
		text_append(words, size, ", %s took one (",
			explore_thread_name(taker, name));
		explore_claim_words(view, &claim, words, size);
		text_append(words, size, ") and has ended");
	}
	text_append(words, size,
		", and nobody comes to post it: post it after use, on every "
		"way out");
}

static void say_poster(struct explore_view *view,
	const struct wire_release *post, char *words, size_t size)
{
	const struct standing *standing = &view->wire->standing[post->thread];
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE], here[EXPLORE_WORDS_SIZE];

	text_append(words, size, "%s posts %s at %s, ",
		explore_thread_name(post->thread, who),
		explore_object_name(view, post->object, name),
		explore_place_name(view, post->pc, place));
	text_append(words, size,
		"but waits itself at %s, and so does not come to it: let it "
		"post before it waits",
		explore_place_name(view, standing->pending.pc, here));
}

static void say_too_few(
	struct explore_view *view, uint64_t semaphore, char *words, size_t size)
{
	unsigned posts = nposts(view->wire, semaphore);
	unsigned waiting = nwaiting(view->wire, semaphore);
	char name[EXPLORE_WORDS_SIZE];

	text_append(words, size,
		"%s was posted %u time%s, and %u more wait%s for it, though "
		"whoever posts it has ended: as many posts as waits",
		explore_object_name(view, semaphore, name), posts,
		text_plural(posts), waiting, waiting == 1 ? "s" : "");
}

const char *explore_starved_advice(
	struct explore_view *view, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	const struct wire_release *post;
	unsigned i = 0, other;
	uint64_t semaphore;

	while (i < wire->nthreads && !starves(&wire->standing[i]))
		i++;
	if (i == wire->nthreads)
		return NULL;
	semaphore = wire->standing[i].pending.object;
	post = waiting_poster(wire, semaphore);
	if (post)
		say_poster(view, post, words, size);
	else if (!nposts(wire, semaphore) && find_other(wire, i, &other))
		say_each(view, i, other, words, size);
	else if (!explore_release(wire, WIRE_NOBODY, semaphore))
		say_unposted(view, semaphore, words, size);
	else
		say_too_few(view, semaphore, words, size);
	return "10-semaphores";
}
