#!/bin/sh
# explore: all orders are looked at that time-outs, early wake-ups, the begin
# and end of locks, and the end of the program can come in
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
. "$here/../explore/programs.sh"

# same_outcomes FILE OPTION...: the reduction leaves out no outcome.
same_outcomes() {
	for strategy in dpor 'bounded --bound 30'; do
		# shellcheck disable=SC2086
		run conc explore --outcomes --strategy $strategy "$@"
		sed -n '/(by chance\|(cut short/d; s/^  *[0-9]*  //p' "$out" |
			sort >"${strategy%% *}"
	done
	expect 'some' [ -s dpor ]
	expect "the outcomes of $*" diff bounded dpor
}

point C9 'time that is over, and early wake-ups, are in all schedules'
program timed.c <<'END'
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int got[2];
static const struct timespec past;
static void *run(void *arg)
{
	int *count = arg;
	for (int i = 0; i < 2; i++) {
		if (pthread_mutex_timedlock(&m, &past))
			continue;
		++*count;
		pthread_mutex_unlock(&m);
	}
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, run, &got[0]);
	run(&got[1]);
	pthread_join(thread, NULL);
	printf("%d %d\n", got[0], got[1]);
	return 0;
}
END
same_outcomes timed.c
program woken.c <<'END'
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static atomic_int n, other;
static int first;
static void *sleeper(void *arg)
{
	first = atomic_fetch_add(&n, 1);
	pthread_mutex_lock(&m);
	pthread_cond_wait(&c, &m);
	pthread_mutex_unlock(&m);
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, sleeper, NULL);
	atomic_fetch_add(&n, 1);
	atomic_store(&other, 1);
	pthread_join(thread, NULL);
	printf("%d\n", first);
	return 0;
}
END
same_outcomes woken.c
program permit.c <<'END'
static sem_t s;
static int got[2];
static const struct timespec past;
static void *run(void *arg)
{
	*(int *)arg = sem_timedwait(&s, &past) == 0;
	return arg;
}
int main(void)
{
	pthread_t a, b;
	sem_init(&s, 0, 1);
	pthread_create(&a, NULL, run, &got[0]);
	pthread_create(&b, NULL, run, &got[1]);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	printf("%d %d\n", got[0], got[1]);
	return 0;
}
END
same_outcomes permit.c --spurious 0
same_outcomes permit.c

program over.c <<'END'
static sem_t s;
static atomic_int n;
static int got[2];
static const struct timespec past;
static void *run(void *arg)
{
	sem_timedwait(&s, &past);
	*(int *)arg = atomic_fetch_add(&n, 1);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	sem_init(&s, 0, 0);
	pthread_create(&a, NULL, run, &got[0]);
	pthread_create(&b, NULL, run, &got[1]);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	printf("%d %d\n", got[0], got[1]);
	return 0;
}
END
same_outcomes over.c

program joined.c <<'END'
static atomic_int n;
static const struct timespec past;
static void *add(void *arg)
{
	n++;
	n++;
	return arg;
}
int main(void)
{
	pthread_t t;
	int error, seen;
	pthread_create(&t, NULL, add, NULL);
	error = pthread_timedjoin_np(t, NULL, &past);
	seen = n;
	if (error)
		pthread_join(t, NULL);
	printf("%d %d\n", error != 0, seen);
	return 0;
}
END
same_outcomes joined.c
same_outcomes joined.c --spurious 0
program sleeper.c <<'END'
static pthread_t a;
static sem_t s;
static atomic_int n;
static int got[2];
static const struct timespec past;
static void *sleeper(void *arg)
{
	got[0] = atomic_fetch_add(&n, 1);
	sem_timedwait(&s, &past);
	return arg;
}
static void *joiner(void *arg)
{
	int error = pthread_timedjoin_np(a, NULL, &past);
	got[1] = atomic_fetch_add(&n, 1);
	if (error)
		pthread_join(a, NULL);
	return arg;
}
int main(void)
{
	pthread_t b;
	sem_init(&s, 0, 0);
	pthread_create(&a, NULL, sleeper, NULL);
	pthread_create(&b, NULL, joiner, NULL);
	pthread_join(b, NULL);
	printf("%d %d\n", got[0], got[1]);
	return 0;
}
END
same_outcomes sleeper.c

program taken.c <<'END'
static sem_t s;
static int failed[3];
static void *try(void *arg)
{
	*(int *)arg = sem_trywait(&s) != 0;
	return arg;
}
static void *wait_and_try(void *arg)
{
	sem_wait(&s);
	return try(arg);
}
int main(void)
{
	pthread_t threads[3];
	sem_init(&s, 0, 1);
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, i < 2 ? try : wait_and_try,
			&failed[i]);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	printf("%d %d %d\n", failed[0], failed[1], failed[2]);
	return 0;
}
END
same_outcomes taken.c

program once.c <<'END'
static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_int n;
static int seen, looked;
static void make(void)
{
	n += 3;
}
static void *first(void *arg)
{
	pthread_once(&once, make);
	looked = n;
	n = 10;
	return arg;
}
static void *second(void *arg)
{
	for (int i = 0; i < 2; i++) {
		pthread_once(&once, make);
		seen = 100 * seen + n;
	}
	n = 11;
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, first, NULL);
	pthread_create(&b, NULL, second, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	printf("%d %d %d\n", looked, seen, n);
	return 0;
}
END
same_outcomes once.c

point q6_9 'what is initialised late, or destroyed early, is so in some orders'
program late.c <<'END'
static pthread_mutex_t lock, *allocated;
static pthread_cond_t cond;
static pthread_rwlock_t rwlock;
static pthread_barrier_t barrier;
static sem_t sem, ready;
static void begin(void)
{
#if WHAT == 1
	sem_init(&sem, 0, 1);
#elif WHAT == 2
	pthread_barrier_init(&barrier, NULL, 1);
#elif WHAT == 3
	pthread_mutex_init(allocated, NULL);
#elif WHAT == 4
	pthread_mutex_destroy(&lock);
#elif WHAT == 5
	pthread_rwlock_destroy(&rwlock);
#elif WHAT == 6
	pthread_cond_destroy(&cond);
#else
	sem_destroy(&ready);
#endif
}
static void *use(void *arg)
{
	sem_post(&ready);
#if WHAT == 1
	sem_wait(&sem);
#elif WHAT == 2
	pthread_barrier_wait(&barrier);
#elif WHAT == 3
	pthread_mutex_lock(allocated);
	pthread_mutex_unlock(allocated);
#elif WHAT == 4
	pthread_mutex_lock(&lock);
	pthread_mutex_unlock(&lock);
#elif WHAT == 5
	pthread_rwlock_rdlock(&rwlock);
	pthread_rwlock_unlock(&rwlock);
#elif WHAT == 6
	pthread_cond_signal(&cond);
#else
	sem_post(&ready);
#endif
	return arg;
}
int main(void)
{
	pthread_t t;
	allocated = malloc(sizeof(*allocated));
	sem_init(&ready, 0, 0);
	pthread_create(&t, NULL, use, NULL);
	sem_wait(&ready);
	begin();
	pthread_join(t, NULL);
	printf("used in time\n");
	(void)&lock, (void)&cond, (void)&rwlock, (void)&barrier, (void)&sem;
	return 0;
}
END
for what in 1 2 3 4 5 6 7; do
	same_outcomes -DWHAT=$what late.c
	expect_out '^ +[0-9]+  \(prints nothing\)  \[misuse\]$'
	expect_out '^2 outcomes, and no others are possible$'
done

point q6_10 'handlers of atexit, and keys, are in every order'
program handlers.c <<'END'
static void one(void)
{
	printf("1\n");
}
static void two(void)
{
	printf("2\n");
}
static void *leave(void *arg)
{
	atexit(two);
	return arg;
}
int main(void)
{
	pthread_t t;
	pthread_create(&t, NULL, leave, NULL);
	atexit(one);
	pthread_join(t, NULL);
	return 0;
}
END
same_outcomes handlers.c
expect_out '^2 outcomes, and no others are possible$'
program keys.c <<'END'
static pthread_key_t key;
static int destroyed;
static void destroy(void *arg)
{
	*(int *)arg = 1;
}
static void *use(void *arg)
{
	pthread_setspecific(key, arg);
	return NULL;
}
int main(void)
{
	pthread_t t;
	pthread_key_create(&key, destroy);
	pthread_create(&t, NULL, use, &destroyed);
	pthread_key_delete(key);
	pthread_join(t, NULL);
	printf("%d\n", destroyed);
	return 0;
}
END
same_outcomes keys.c
expect_out '^2 outcomes, and no others are possible$'

point q6_11 'who comes first to the end decides about the exit status'
program exits.c <<'END'
static void handler(void)
{
	printf("bye\n");
}
static void *leave(void *arg)
{
	exit(3);
	return arg;
}
static void *leave_quickly(void *arg)
{
	_exit(4);
	return arg;
}
int main(void)
{
	pthread_t a, b;
#ifdef HANDLER
	atexit(handler);
#else
	(void)handler;
#endif
	pthread_create(&a, NULL, leave, NULL);
	pthread_create(&b, NULL, leave_quickly, NULL);
	return 5;
}
END
same_outcomes exits.c
for status in 3 4 5; do
	expect_out "^ +[0-9]+  \(prints nothing\)  \[exit status $status\]\$"
done
expect_out '^3 outcomes, and no others are possible$'
same_outcomes -DHANDLER exits.c
expect 'all handlers, or none' sh -c '! grep "bye.* 4]" "$1"' sh "$out"

finish
