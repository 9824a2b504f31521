#!/bin/sh
# explore: what it says of all orders holds where a thread fails before the
# others have shown what they do
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
. "$here/../explore/programs.sh"
programs=$here/../explore/programs

point q6_1 'what fails before another thread has run does not always fail'
found '^crash: .*, in main at used_before_made.c:' \
	"$programs/used_before_made.c"
expect_out '^ +[0-9]+! main reads greeting = NULL '
expect 'no word of every order' sh -c '! grep -q "in every order" "$1"' \
	sh "$out"
run conc explore --outcomes "$programs/used_before_made.c"
expect_status 1
expect_out '^ +[0-9]+  h\\n$'
expect_out '^ +[0-9]+  \(prints nothing\)  \[crash\]$'
expect_out '^2 outcomes, and no others are possible$'

point q6_2 'a use after free is among the outcomes'
run conc explore --outcomes "$programs/freed_under_reader.c"
expect_status 1
expect_out '\[bad memory access\]$'
expect_out '^2 outcomes, and no others are possible$'

point q6_3 'it is lost with the free, and not before'
found '^bad memory access: ' "$programs/freed_under_reader.c"
expect_out '^ +[0-9]+>?! T2 +frees '
expect_out '^From the step marked ! on, every way leads to a failure.$'

program fails.c <<'END'
static sem_t begun;
static void *work(void *arg)
{
	sem_post(&begun);
	assert(!"done");
	return arg;
}
int main(void)
{
	pthread_t t;
	sem_init(&begun, 0, 0);
	pthread_create(&t, NULL, work, NULL);
	sem_wait(&begun);
#ifdef JOINS
	pthread_join(t, NULL);
#endif
	printf("bye\n");
	return 0;
}
END

point q6_4 'main may return before what would fail'
found '^assertion failed: ' fails.c
expect 'no word of every order' sh -c '! grep -q "every" "$1"' sh "$out"
run conc explore --outcomes fails.c
expect_out '^ +[0-9]+  bye\\n$'
expect_out '^ +[0-9]+  bye\\n  \[assertion failed\]$'
expect_out '^3 outcomes, and no others are possible$'
found '^It fails in every order.$' -DJOINS fails.c
run conc explore --outcomes -DJOINS fails.c
expect_out '^1 outcome, and no others are possible$'

program many.c <<'END'
static int n;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void add(void)
{
	pthread_mutex_lock(&lock);
	n++;
	pthread_mutex_unlock(&lock);
}
static void *work(void *arg)
{
	for (int i = 0; i < 6; i++)
		add();
	return arg;
}
int main(void)
{
	pthread_t t[4];
	for (int i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, work, NULL);
	pthread_mutex_lock(&lock);
	assert(n == 0);
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	return 0;
}
END

point q6_5 'an outcome that chance finds is told where there is no end to all'
run conc explore --outcomes --time 1s many.c
expect_status 1
expect_out '\[assertion failed\]$'
expect_out '^2 outcomes; there may be others$'

program detaches.c <<'END'
static void *work(void *arg)
{
	pthread_detach(pthread_self());
	return arg;
}
int main(void)
{
	pthread_t t;
	pthread_create(&t, NULL, work, NULL);
	pthread_join(t, NULL);
	return 0;
}
END

point q6_6 'what is no step leaves it open whether there are other outcomes'
run conc explore --outcomes detaches.c
expect_status 1
expect_out '^1 outcome; there may be others$'

program reads.c <<'END'
static int done;
static void *work(void *arg)
{
	done = 1;
	return arg;
}
int main(void)
{
	pthread_t t;
	int seen;
	pthread_create(&t, NULL, work, NULL);
	seen = done;
	pthread_join(t, NULL);
	return seen > 1;
}
END

point q6_7 'a failure that is in no outcome is named, and is the exit status'
run conc explore --outcomes reads.c
expect_status 1
expect_out '^1 outcome, and no others are possible$'
expect_out '^data race on done, in '

point q6_8 'races elsewhere are counted, and not by an address'
run conc explore "$here/../explore/programs/used_before_made.c"
expect_status 1
expect_out '^  1 more data race$'

finish
