#include "lib/rwlock.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include "tests/suite.h"

enum {
	NREADERS = 3,
	NROUNDS = 3000
};

/* Who came in, in order; guarded by the lock that they come in through. */
struct scene {
	struct rwlock rwlock;
	struct semaphore go_out;
	atomic_int nentered;
	atomic_int order[16];
};

struct actor {
	struct scene *scene;
	pthread_t thread;
	int number; /* below 0: a writer */
	uint64_t deadline_ns;
	int result;
};

static void *play(void *arg)
{
	struct actor *me = arg;
	struct scene *scene = me->scene;

	me->result =
		me->number < 0
			? rwlock_lock_write(&scene->rwlock, me->deadline_ns)
			: rwlock_lock_read(&scene->rwlock, me->deadline_ns);
	if (me->result)
		return NULL;
	scene->order[atomic_fetch_add(&scene->nentered, 1)] = me->number;
	semaphore_wait(&scene->go_out, CLOCK_NEVER);
	rwlock_unlock(&scene->rwlock);
	return NULL;
}

static void enter(struct actor *actor, struct scene *scene, int number)
{
	actor->scene = scene;
	actor->number = number;
	if (!actor->deadline_ns)
		actor->deadline_ns = CLOCK_NEVER;
	ck_assert_int_eq(pthread_create(&actor->thread, NULL, play, actor), 0);
}

static void await(unsigned (*count)(struct rwlock *), struct scene *scene,
	unsigned wanted)
{
	while (count(&scene->rwlock) != wanted)
		sched_yield();
}

static void await_entered(struct scene *scene, int wanted)
{
	while (atomic_load(&scene->nentered) < wanted)
		sched_yield();
}

static void leave(struct scene *scene, int n)
{
	while (n-- > 0)
		semaphore_post(&scene->go_out);
}

START_TEST(readers_are_in_together)
{
	struct scene scene = {.nentered = 0};
	struct actor readers[NREADERS] = {0};

	for (int i = 0; i < NREADERS; i++)
		enter(&readers[i], &scene, i + 1);
	await_entered(&scene, NREADERS);
	ck_assert_int_eq(rwlock_lock_write(&scene.rwlock, 0), -EAGAIN);
	leave(&scene, NREADERS);
	for (int i = 0; i < NREADERS; i++)
		pthread_join(readers[i].thread, NULL);
	ck_assert_int_eq(rwlock_lock_write(&scene.rwlock, 0), 0);
	ck_assert_int_eq(rwlock_lock_write(&scene.rwlock, 0), -EDEADLK);
	ck_assert_int_eq(
		rwlock_lock_read(&scene.rwlock, CLOCK_NEVER), -EDEADLK);
	ck_assert_int_eq(rwlock_unlock(&scene.rwlock), 0);
	ck_assert_int_eq(rwlock_unlock(&scene.rwlock), -EPERM);
	rwlock_fini(&scene.rwlock);
}
END_TEST

/*
 * A reader inside, then a writer, then readers, then a writer: the first
 * writer goes before the readers that came after it, and they before the
 * second writer.
 */
START_TEST(p4_writers_first_and_nobody_starves)
{
	struct scene scene = {.nentered = 0};
	struct actor first = {0}, writers[2] = {0}, readers[NREADERS] = {0};

	enter(&first, &scene, 9);
	await_entered(&scene, 1);
	enter(&writers[0], &scene, -1);
	await(rwlock_writers_waiting, &scene, 1);
	ck_assert_int_eq(rwlock_lock_read(&scene.rwlock, 0), -EAGAIN);
	for (int i = 0; i < NREADERS; i++)
		enter(&readers[i], &scene, i + 1);
	await(rwlock_readers_waiting, &scene, NREADERS);
	enter(&writers[1], &scene, -2);
	await(rwlock_writers_waiting, &scene, 2);
	leave(&scene, 1);
	await_entered(&scene, 2);
	ck_assert_int_eq(scene.order[1], -1);
	ck_assert_uint_eq(rwlock_readers_waiting(&scene.rwlock), NREADERS);
	leave(&scene, 1);
	await_entered(&scene, 2 + NREADERS);
	ck_assert_uint_eq(rwlock_writers_waiting(&scene.rwlock), 1);
	leave(&scene, NREADERS);
	await_entered(&scene, 3 + NREADERS);
	ck_assert_int_eq(scene.order[2 + NREADERS], -2);
	leave(&scene, 1);
	pthread_join(first.thread, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(writers[i].thread, NULL);
	for (int i = 0; i < NREADERS; i++)
		pthread_join(readers[i].thread, NULL);
	rwlock_fini(&scene.rwlock);
}
END_TEST

START_TEST(who_gives_up_lets_those_behind_it_in)
{
	struct scene scene = {.nentered = 0};
	struct actor inside = {0}, late = {0}, reader = {0};

	enter(&inside, &scene, 1);
	await_entered(&scene, 1);
	late.deadline_ns = clock_now() + 300 * CLOCK_NS_PER_MS;
	enter(&late, &scene, -1);
	while (rwlock_lock_read(&scene.rwlock, 0) == 0 &&
		clock_now() < late.deadline_ns)
		rwlock_unlock(&scene.rwlock);
	enter(&reader, &scene, 2);
	pthread_join(late.thread, NULL);
	ck_assert_int_eq(late.result, -ETIMEDOUT);
	await_entered(&scene, 2);
	ck_assert_int_eq(scene.order[1], 2);
	leave(&scene, 2);
	pthread_join(inside.thread, NULL);
	pthread_join(reader.thread, NULL);
	ck_assert_int_eq(rwlock_lock_write(&scene.rwlock, 0), 0);
	ck_assert_int_eq(rwlock_unlock(&scene.rwlock), 0);
	rwlock_fini(&scene.rwlock);
}
END_TEST

START_TEST(a_reader_can_give_up_too)
{
	struct scene scene = {.nentered = 0};
	struct actor reader = {0};

	ck_assert_int_eq(rwlock_lock_write(&scene.rwlock, CLOCK_NEVER), 0);
	reader.deadline_ns = clock_now() + 5 * CLOCK_NS_PER_MS;
	enter(&reader, &scene, 1);
	pthread_join(reader.thread, NULL);
	ck_assert_int_eq(reader.result, -ETIMEDOUT);
	ck_assert_uint_eq(rwlock_readers_waiting(&scene.rwlock), 0);
	ck_assert_int_eq(rwlock_unlock(&scene.rwlock), 0);
	rwlock_fini(&scene.rwlock);
}
END_TEST

/* Two words that only a writer changes, and always both. */
struct pair {
	struct rwlock rwlock;
	struct barrier gate;
	int a, b;
	atomic_int ndifferent;
};

static void *read_pair(void *arg)
{
	struct pair *pair = arg;

	barrier_wait(&pair->gate);
	for (int i = 0; i < NROUNDS; i++) {
		rwlock_lock_read(&pair->rwlock, CLOCK_NEVER);
		if (pair->a != pair->b)
			atomic_fetch_add(&pair->ndifferent, 1);
		rwlock_unlock(&pair->rwlock);
	}
	return NULL;
}

static void *write_pair(void *arg)
{
	struct pair *pair = arg;

	barrier_wait(&pair->gate);
	for (int i = 0; i < NROUNDS; i++) {
		rwlock_lock_write(&pair->rwlock, CLOCK_NEVER);
		pair->a++;
		pair->b++;
		rwlock_unlock(&pair->rwlock);
	}
	return NULL;
}

START_TEST(a_writer_is_alone)
{
	struct pair pair = {.a = 0};
	pthread_t threads[4];

	barrier_init(&pair.gate, 4);
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL,
			i < 2 ? write_pair : read_pair, &pair);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	ck_assert_int_eq(pair.a, 2 * NROUNDS);
	ck_assert_int_eq(pair.ndifferent, 0);
	barrier_fini(&pair.gate);
	rwlock_fini(&pair.rwlock);
}
END_TEST

int main(void)
{
	return suite_run("rwlock", 60,
		(const TTest *const[]){
			readers_are_in_together,
			p4_writers_first_and_nobody_starves,
			who_gives_up_lets_those_behind_it_in,
			a_reader_can_give_up_too,
			a_writer_is_alone,
			NULL,
		});
}
