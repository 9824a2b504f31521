#!/bin/sh
# conc explore: what programs ask of the C library besides locks
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
. "$here/../explore/programs.sh"
limit=$((60 * slowness))

point C1 'standard input: the same for every execution, all of it read'
program input.c <<'END'
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int sum;
static void *run(void *arg)
{
	int x;
	while (scanf("%d", &x) == 1) {
		pthread_mutex_lock(&lock);
		sum += x;
		pthread_mutex_unlock(&lock);
	}
	return arg;
}
int main(void)
{
	char line[32], *more = NULL, c = 0;
	size_t size = 0;
	pthread_t thread;
	if (!fgets(line, sizeof(line), stdin))
		return 1;
	printf("%s", line);
	if (getline(&more, &size, stdin) < 0)
		return 1;
	printf("%s", more);
	free(more);
	ungetc(getchar(), stdin);
	if (read(STDIN_FILENO, &c, 1) == 1)
		putchar(c);
	pthread_create(&thread, NULL, run, NULL);
	run(NULL);
	pthread_join(thread, NULL);
	printf("%d %d", sum, feof(stdin) != 0);
	return 0;
}
END
printf 'one\ntwo\nx1 2\n' >input.txt
run conc explore --outcomes --stdin input.txt input.c
expect_out '^ +[0-9]+  one.ntwo.nx3 1$'
expect_out '^1 outcome, and no others are possible$'
proved --stdin input.txt input.c
run sh -c 'conc explore --outcomes input.c <input.txt'
expect_out '^1 outcome, and no others are possible$'
run conc explore --stdin nosuch.txt input.c
expect_status 3
expect_err "cannot read 'nosuch.txt'"
expect_hint
head -c 70000 /dev/zero >large.txt
run conc explore --stdin large.txt input.c
expect_status 3
expect_err 'has more than 65536 bytes'

point C2 'a thread that is cancelled runs its handlers, then its destructors'
program cancel.c <<'END'
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_key_t key;
static int order;
static void release(void *arg)
{
	order = order * 10 + 1;
	pthread_mutex_unlock(arg);
}
static void count(void *arg) { order = order * 10 + *(int *)arg; }
static void destroy(void *value)
{
	order = order * 10 + 3;
	free(value);
}
static void *run(void *arg)
{
	static int two = 2;
	pthread_setspecific(key, malloc(4));
	pthread_cleanup_push(count, &two);
	pthread_mutex_lock(&lock);
#ifndef BUG
	pthread_cleanup_push(release, &lock);
#endif
	for (;;)
		pthread_cond_wait(&cond, &lock);
#ifndef BUG
	pthread_cleanup_pop(0);
#else
	release(NULL);
#endif
	pthread_cleanup_pop(0);
	return arg;
}
static void *deaf(void *arg)
{
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	pthread_testcancel();
	sleep(1);
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	pthread_testcancel();
	return arg;
}
static void *leaves(void *arg)
{
	pthread_cleanup_push(count, arg);
	pthread_exit(arg);
	pthread_cleanup_pop(0);
}
int main(void)
{
	static int four = 4;
	pthread_t a, b;
	void *result;
	pthread_key_create(&key, destroy);
	pthread_create(&a, NULL, run, NULL);
	pthread_cancel(a);
	pthread_join(a, &result);
	assert(result == PTHREAD_CANCELED);
	pthread_mutex_lock(&lock);
	assert(order == 123);
	pthread_mutex_unlock(&lock);
	pthread_create(&b, NULL, deaf, &four);
	pthread_cancel(b);
	pthread_join(b, &result);
	assert(result == PTHREAD_CANCELED || result == &four);
	pthread_create(&a, NULL, leaves, &four);
	pthread_join(a, &result);
	assert(result == &four && order == 1234);
	return 0;
}
END
for cc in gcc clang; do
	have $cc || continue
	proved --cc $cc -O 0 cancel.c
	proved --cc $cc -O 2 cancel.c
done
found '^deadlock: ' -DBUG cancel.c
program async.c <<'END'
int main(void)
{
	return pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
}
END
run conc explore async.c
expect_status 3
expect_out '^cannot be explored: asks to be cancelled at any instruction'

point C3 'the rest of the calls: deadlines, robust mutexes, names'
program calls.c <<'END'
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t robust;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static sem_t sem;
static mtx_t mtx;
static int n;
static void *hold(void *arg)
{
	assert(pthread_mutex_lock(&robust) == 0);
	return arg;
}
static void *late(void *arg)
{
	pthread_mutex_lock(&lock);
	n++;
	pthread_mutex_unlock(&lock);
	return arg;
}
static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}
int main(void)
{
	struct timespec soon = {1, 0};
	pthread_mutexattr_t attr;
	pthread_attr_t stack;
	pthread_t thread;
	int numbers[] = {3, 1, 2}, key = 2, error;
	char text[20];
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK);
	pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
	pthread_mutex_init(&robust, &attr);
	pthread_create(&thread, NULL, hold, NULL);
	pthread_join(thread, NULL);
	assert(pthread_mutex_lock(&robust) == EOWNERDEAD);
	assert(pthread_mutex_lock(&robust) == EDEADLK);
	assert(pthread_mutex_consistent(&robust) == 0);
	assert(pthread_mutex_unlock(&robust) == 0);
	assert(pthread_mutex_unlock(&robust) == EPERM);
	pthread_attr_init(&stack);
	pthread_attr_setstacksize(&stack, 65536);
	pthread_mutex_lock(&lock);
	pthread_create(&thread, &stack, late, NULL);
	pthread_setname_np(thread, "late");
	assert(pthread_timedjoin_np(thread, NULL, &soon) == ETIMEDOUT);
	assert(pthread_tryjoin_np(thread, NULL) == EBUSY);
	pthread_mutex_unlock(&lock);
	error = pthread_tryjoin_np(thread, NULL);
	if (error)
		error = pthread_join(thread, NULL);
	assert(error == 0 && n == 1);
	sem_init(&sem, 0, 0);
	assert(sem_clockwait(&sem, CLOCK_MONOTONIC, &soon) == -1);
	assert(errno == ETIMEDOUT);
	pthread_rwlock_rdlock(&rw);
	assert(pthread_rwlock_timedwrlock(&rw, &soon) == ETIMEDOUT);
	assert(pthread_rwlock_trywrlock(&rw) == EBUSY);
	pthread_rwlock_unlock(&rw);
	mtx_init(&mtx, mtx_timed);
	assert(mtx_timedlock(&mtx, &soon) == thrd_success);
	mtx_unlock(&mtx);
	qsort(numbers, 3, sizeof(numbers[0]), by_number);
	assert(bsearch(&key, numbers, 3, sizeof(key), by_number) ==
		&numbers[1]);
	sprintf(text, "%s %d", "n", atoi("12"));
	assert(!strcmp(text, "n 12"));
	return 0;
}
END
proved calls.c

point 0 'what a constructor made ready is so in every execution'
program constructor.c <<'END'
static sem_t seat, never;
static pthread_mutex_t lock;
static pthread_cond_t changed;
static pthread_rwlock_t shelf;
static pthread_barrier_t gate;
static int n;
__attribute__((constructor)) static void prepare(void)
{
	pthread_mutexattr_t attr;
	sem_init(&seat, 0, 1);
	sem_init(&never, 0, 0);
	sem_destroy(&never);
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&lock, &attr);
	pthread_cond_init(&changed, NULL);
	pthread_rwlock_init(&shelf, NULL);
	pthread_barrier_init(&gate, NULL, 2);
}
static void *run(void *arg)
{
	pthread_barrier_wait(&gate);
	sem_wait(&seat);
	pthread_mutex_lock(&lock);
	pthread_mutex_lock(&lock);
	n++;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	pthread_mutex_unlock(&lock);
	sem_post(&seat);
	return arg;
}
int main(int argc, char **argv)
{
	pthread_t thread;
	(void)argv;
	if (argc > 1)
		sem_post(&never);
	pthread_create(&thread, NULL, run, NULL);
	run(NULL);
	pthread_mutex_lock(&lock);
	while (n < 2)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	pthread_join(thread, NULL);
	pthread_rwlock_rdlock(&shelf);
	pthread_rwlock_unlock(&shelf);
	return 0;
}
END
proved constructor.c
program prints.c <<'END'
static void late(void)
{
	puts("last");
}
__attribute__((constructor)) static void early(void)
{
	puts("first");
	atexit(late);
}
int main(void)
{
	puts("main");
	return 0;
}
END
run conc explore --outcomes prints.c
expect_status 0
expect_out '^ +[0-9]+ +first.nmain.nlast.n$'
found 'a semaphore that was destroyed' constructor.c once

finish
