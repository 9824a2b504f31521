#include "lib/rwlock.h"

#include <errno.h>
#include <stddef.h>

#include "lib/must.h"

/* A writer that waits; it lies in the frame of its rwlock_lock_write. */
struct rwlock_writer {
	struct rwlock_writer *next;
	struct cond turn;
	pid_t number;
	bool granted;
};

void rwlock_fini(struct rwlock *rwlock)
{
	must(rwlock->nreaders == 0 && rwlock->writer == 0);
	cond_fini(&rwlock->let_in);
	mutex_fini(&rwlock->lock);
}

/* Relaxed: who finds his own number has written it himself. */
static bool writes(const struct rwlock *rwlock)
{
	return atomic_load_explicit(&rwlock->writer, memory_order_relaxed) ==
	       sync_self();
}

static void set_writer(struct rwlock *rwlock, pid_t writer)
{
	atomic_store_explicit(&rwlock->writer, writer, memory_order_relaxed);
}

static void admit_readers(struct rwlock *rwlock)
{
	rwlock->nreaders += rwlock->nwaiting;
	rwlock->nwaiting = 0;
	rwlock->round++;
	cond_broadcast(&rwlock->let_in);
}

static void admit_writer(struct rwlock *rwlock)
{
	struct rwlock_writer *writer = rwlock->first;

	rwlock->first = writer->next;
	if (!rwlock->first)
		rwlock->last = NULL;
	set_writer(rwlock, writer->number);
	writer->granted = true;
	cond_signal(&writer->turn);
}

/* tag::rwlock-hand-over[] */
/* The other side first, so that neither starves. */
static void writer_leaves(struct rwlock *rwlock)
{
	set_writer(rwlock, 0);
	if (rwlock->nwaiting > 0)
		admit_readers(rwlock);
	else if (rwlock->first)
		admit_writer(rwlock);
}

static void reader_leaves(struct rwlock *rwlock)
{
	if (--rwlock->nreaders == 0 && rwlock->first)
		admit_writer(rwlock);
}
/* end::rwlock-hand-over[] */

static struct roster_task *note_wait(
	const struct rwlock *rwlock, uint64_t deadline_ns)
{
	struct roster_task *task = roster_self();

	roster_wait_begin(task, &(struct roster_wait){"rwlock", rwlock,
					&rwlock->writer, deadline_ns});
	return task;
}

static int wait_to_read(struct rwlock *rwlock, uint64_t deadline_ns)
{
	struct roster_task *task = note_wait(rwlock, deadline_ns);
	unsigned round = rwlock->round;
	int error = 0;

	rwlock->nwaiting++;
	while (rwlock->round == round && !error)
		error = cond_wait(&rwlock->let_in, &rwlock->lock, deadline_ns);
	roster_wait_end(task);
	if (rwlock->round != round)
		return 0;
	rwlock->nwaiting--;
	return error;
}

int rwlock_lock_read(struct rwlock *rwlock, uint64_t deadline_ns)
{
	int error = 0;

	if (writes(rwlock))
		return -EDEADLK;
	mutex_lock(&rwlock->lock);
	if (rwlock->writer == 0 && !rwlock->first)
		rwlock->nreaders++;
	else
		error = deadline_ns == 0 ? -EAGAIN
					 : wait_to_read(rwlock, deadline_ns);
	mutex_unlock(&rwlock->lock);
	return error;
}

/* Readers that waited behind this one alone have nothing to wait for now. */
static void withdraw(struct rwlock *rwlock, struct rwlock_writer *me)
{
	struct rwlock_writer **link = &rwlock->first, *before = NULL;

	while (*link != me) {
		before = *link;
		link = &before->next;
	}
	*link = me->next;
	if (rwlock->last == me)
		rwlock->last = before;
	if (!rwlock->first && rwlock->writer == 0 && rwlock->nwaiting > 0)
		admit_readers(rwlock);
}

static int wait_to_write(struct rwlock *rwlock, uint64_t deadline_ns)
{
	struct roster_task *task = note_wait(rwlock, deadline_ns);
	struct rwlock_writer me = {.number = sync_self()};
	int error = 0;

	if (rwlock->last)
		rwlock->last->next = &me;
	else
		rwlock->first = &me;
	rwlock->last = &me;
	while (!me.granted && !error)
		error = cond_wait(&me.turn, &rwlock->lock, deadline_ns);
	roster_wait_end(task);
	if (!me.granted)
		withdraw(rwlock, &me);
	cond_fini(&me.turn);
	return me.granted ? 0 : error;
}

int rwlock_lock_write(struct rwlock *rwlock, uint64_t deadline_ns)
{
	int error = 0;

	if (writes(rwlock))
		return -EDEADLK;
	mutex_lock(&rwlock->lock);
	if (rwlock->writer == 0 && rwlock->nreaders == 0)
		set_writer(rwlock, sync_self());
	else
		error = deadline_ns == 0 ? -EAGAIN
					 : wait_to_write(rwlock, deadline_ns);
	mutex_unlock(&rwlock->lock);
	return error;
}

int rwlock_unlock(struct rwlock *rwlock)
{
	int error = 0;

	mutex_lock(&rwlock->lock);
	if (writes(rwlock))
		writer_leaves(rwlock);
	else if (rwlock->nreaders > 0)
		reader_leaves(rwlock);
	else
		error = -EPERM;
	mutex_unlock(&rwlock->lock);
	return error;
}

void rwlock_name(
	struct rwlock *rwlock, struct roster_thing *thing, const char *name)
{
	roster_name(thing, name, rwlock, &rwlock->writer);
}

unsigned rwlock_readers_waiting(struct rwlock *rwlock)
{
	unsigned n;

	mutex_lock(&rwlock->lock);
	n = rwlock->nwaiting;
	mutex_unlock(&rwlock->lock);
	return n;
}

unsigned rwlock_writers_waiting(struct rwlock *rwlock)
{
	unsigned n = 0;

	mutex_lock(&rwlock->lock);
	for (struct rwlock_writer *w = rwlock->first; w; w = w->next)
		n++;
	mutex_unlock(&rwlock->lock);
	return n;
}
