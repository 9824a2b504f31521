#!/bin/sh
# explore: a semaphore is said to let in too many only where it does
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
. "$here/../explore/programs.sh"

# a program of three threads that come in by the semaphore `room`
room() {
	program "$1.c"
	cat >>"$1.c" <<'END'
static void *use(void *arg)
{
	sem_wait(&room);
	visit();
	sem_post(&room);
#ifdef AFTER
	after();
#endif
	return arg;
}
int main(void)
{
	pthread_t t[THREADS];
	sem_init(&room, 0, BEGIN);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, use, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
#ifdef AT_END
	assert(AT_END);
#endif
	return 0;
}
END
}

not_its_beginning() {
	found '^(assertion failed|data race)' "$@"
	expect 'it began as it should' sh -c '! grep -q "has let in" "$1"' \
		sh "$out"
}

point C1 'as many as it began with, and a check of what is right to be less'
room begins_high <<'END'
enum { THREADS = 4, BEGIN = 4 };
static sem_t room;
static atomic_int within;
static void visit(void)
{
	if (atomic_fetch_add(&within, 1) + 1 > 2)
		abort();
	atomic_fetch_sub(&within, 1);
}
END
for level in 1 2; do
	found '^abort' -O $level begins_high.c
	expect_out '^Think: room has let in '
done
found '^abort' begins_high.c
tr -s '\n ' ' ' <"$out" >line
expect 'who is within' grep -qE \
	'Think: room has let in T[1-4], T[1-4] and T[1-4] together, since' line
expect 'how many' grep -q 'began with 4 (begins_high.c:[0-9]*): let it' line
expect 'the lesson' grep -q 'Lesson: 10-semaphores' line
schedule=$(sed -n 's/^Schedule: //p' "$out")
run conc replay --plain "$schedule" begins_high.c
expect_out '^Think: room has let in '

point C2 'a lost update among those who may be in is no crowd'
room lost <<'END'
#define AT_END sum == 3
enum { THREADS = 3, BEGIN = 2 };
static sem_t room;
static int sum;
static void visit(void)
{
	sum++;
}
END
not_its_beginning lost.c
tr -s '\n ' ' ' <"$out" >line
expect 'a lock is missing' grep -q 'no lock protects sum: hold one lock' line
expect 'which this is not' grep -qE \
	'room, which both have taken, began with 2 \(lost.c:[0-9]+\)' line

point C3 'nor is a count that is not kept right'
room drifts <<'END'
enum { THREADS = 3, BEGIN = 2 };
static sem_t room;
static int within;
static void visit(void)
{
	within++;
	assert(within <= 2);
	within--;
}
END
not_its_beginning --time 3s drifts.c

point C4 'nor who leaves the count after the room'
room late <<'END'
#define AFTER
enum { THREADS = 3, BEGIN = 2 };
static sem_t room;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int within;
static void visit(void)
{
	pthread_mutex_lock(&m);
	within++;
	assert(within <= 2);
	pthread_mutex_unlock(&m);
}
static void after(void)
{
	pthread_mutex_lock(&m);
	within--;
	pthread_mutex_unlock(&m);
}
END
not_its_beginning late.c

point C5 'nor two that sell what one had looked at before'
room tickets <<'END'
enum { THREADS = 2, BEGIN = 2 };
static sem_t room;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int left = 1;
static int any(void)
{
	pthread_mutex_lock(&m);
	int is_any = left > 0;
	pthread_mutex_unlock(&m);
	return is_any;
}
static void visit(void)
{
	if (!any())
		return;
	pthread_mutex_lock(&m);
	left--;
	assert(left >= 0);
	pthread_mutex_unlock(&m);
}
END
not_its_beginning tickets.c

point C6 'nor a count of all who came, of whom no more than two may be in'
room sold <<'END'
enum { THREADS = 2, BEGIN = 2 };
static sem_t room;
static atomic_int left = 1, sold;
static void visit(void)
{
	if (left > 0) {
		left--;
		sold++;
		assert(sold <= 1);
	}
}
END
not_its_beginning sold.c

point C7 'nor a room of two in which one does its work twice'
room twice <<'END'
enum { THREADS = 2, BEGIN = 2 };
static sem_t room;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int within, turn;
static void visit(void)
{
	pthread_mutex_lock(&m);
	within++;
	if (turn++ == 0)
		within++;
	assert(within <= 2);
	pthread_mutex_unlock(&m);
	pthread_mutex_lock(&m);
	within = within > 1 ? within - 2 : 0;
	pthread_mutex_unlock(&m);
}
END
not_its_beginning twice.c

finish
