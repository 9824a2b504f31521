/*
 * The inbox of a loop: a stack of calls, linked through `next`, on which any
 * thread pushes and from which the loop takes all at once and turns them
 * round. Taking everything leaves no room for the ABA problem. Neither side
 * ever waits for the other, so a signal handler may push as well.
 *
 * A write to the eventfd costs more than all the rest, so it happens only
 * when the loop sleeps. Who posts first pushes and then looks at `asleep`; the
 * loop first sets `asleep` and then looks into the inbox. All four are
 * sequentially consistent: at least one of the two sees the other.
 *
 * What a post takes beside its one compare-and-swap is the way of the inbox's
 * cache line from one processor to the other. So either side fetches it for
 * writing before it looks, that is once instead of twice, and the loop takes
 * many calls at a time: see loop_gather.
 */
#include "lib/loop_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/must.h"
#include "lib/relax.h"

enum {
	SPIN_NS = 100 * 1000, /* a timer that is due sooner is not made late */
	NPAUSES = 16, /* between two looks: each takes the poster's line */
	NPAUSES_LOST = 4, /* who has won may post some more while he has it */
	GATHER_PART = 512, /* of the patience, for each call */
	NGATHER = 64 /* calls that count */
};

/* Not NULL, so that a call at the bottom can be told from an idle one. */
static struct loop_call bottom, closed;

int loop_open_inbox(struct loop *loop)
{
	loop->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (loop->event < 0)
		return -errno;
	atomic_store(&loop->inbox, &bottom);
	atomic_store(&loop->nrefs, 1);
	return 0;
}

struct loop *loop_ref(struct loop *loop)
{
	atomic_fetch_add(&loop->nrefs, 1);
	return loop;
}

void loop_unref(struct loop *loop)
{
	if (atomic_fetch_sub(&loop->nrefs, 1) > 1)
		return;
	close(loop->event);
	free(loop);
}

/* A signal handler has to leave errno as it was. */
static void wake_sleeper(struct loop *loop)
{
	uint64_t one = 1;
	int error;

	if (!atomic_load(&loop->asleep) ||
		!atomic_exchange(&loop->asleep, false))
		return;
	error = errno;
	while (write(loop->event, &one, sizeof(one)) < 0 && errno == EINTR)
		;
	errno = error;
}

/* tag::post[] */
int loop_post(struct loop *loop, struct loop_call *call)
{
	for (;;) {
		struct loop_call *top;

		prefetch_to_write(&loop->inbox);
		top = atomic_load(&loop->inbox);
		if (top == &closed)
			return -EPIPE;
		call->next = top;
		if (atomic_compare_exchange_weak(&loop->inbox, &top, call))
			break;
		relax(NPAUSES_LOST);
	}
	wake_sleeper(loop);
	return 0;
}
/* end::post[] */

void loop_wake(struct loop *loop)
{
	atomic_store(&loop->woken, true);
	wake_sleeper(loop);
}

static bool inbox_empty(struct loop *loop)
{
	struct loop_call *top = atomic_load(&loop->inbox);

	return top == &bottom || top == &closed;
}

/* The stack has the newest on top; the list wants the oldest first. */
static void append_turned_round(struct loop *loop, struct loop_call *top)
{
	struct loop_call *head = &loop->ready.head, *last = head->previous;
	struct loop_call *newer = head, *older;

	if (top == &bottom || top == &closed)
		return;
	head->previous = top;
	for (; top != &bottom; top = older) {
		loop->nposted++;
		older = top->next;
		prefetch_to_write(older);
		top->next = newer;
		top->previous = older;
		newer = top;
	}
	newer->previous = last;
	last->next = newer;
}

void loop_collect(struct loop *loop)
{
	prefetch_to_write(&loop->inbox);
	if (inbox_empty(loop))
		return;
	append_turned_round(loop, atomic_exchange(&loop->inbox, &bottom));
	loop->was_posted = true;
}

void loop_close_inbox(struct loop *loop)
{
	append_turned_round(loop, atomic_exchange(&loop->inbox, &closed));
}

static bool watches_anything(const struct loop *loop)
{
	return loop->fds || loop->children || loop->signals;
}

/*
 * Who posted a moment ago may post again: to look for some microseconds is
 * cheaper for both than to sleep and to be woken.
 */
static bool spin_for_posts(struct loop *loop)
{
	unsigned n = loop->was_posted ? relax_patience() / NPAUSES : 0;

	loop->was_posted = false;
	for (; n && inbox_empty(loop); n--)
		relax(NPAUSES);
	return n > 0;
}

/*
 * Each take moves the inbox's cache line here, and the next post moves it back:
 * some 100 ns, which a loop as quick as its poster would make both pay for
 * every few calls. So it lets more come together first: 20 ns for each call of
 * the last take, 1.25 us at most. Who posts a single one may be waiting for
 * what comes of it, and is not made to wait longer.
 */
void loop_gather(struct loop *loop)
{
	unsigned n = loop->nposted < NGATHER ? loop->nposted : NGATHER;

	loop->nposted = 0;
	if (n > 1 && !loop_has_ready(loop))
		relax(n * relax_patience() / GATHER_PART);
}

/* tag::sleep[] */
void loop_poll(struct loop *loop, uint64_t timeout_ns)
{
	if (timeout_ns == 0) {
		if (watches_anything(loop))
			poller_wait(loop->poller, 0);
		return;
	}
	if (timeout_ns >= SPIN_NS && spin_for_posts(loop))
		return;
	atomic_store(&loop->asleep, true);
	if (!inbox_empty(loop) || atomic_exchange(&loop->woken, false))
		timeout_ns = 0;
	poller_wait(loop->poller, timeout_ns);
	atomic_store(&loop->asleep, false);
}
/* end::sleep[] */
