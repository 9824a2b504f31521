# shellcheck shell=sh
# programs - small programs for the tests of the explorer; sourced after lib.sh

# program NAME: the usual headers before what stdin has; its lines count from 1.
program() {
	{
		for header in assert errno fcntl pthread sched semaphore \
			setjmp signal stdatomic stdio stdlib string threads \
			time unistd; do
			echo "#include <$header.h>"
		done
		echo '#line 1'
		cat
	} >"$1"
}

# twice NAME: the same for a function work, called by two threads, and done,
# called by main after them.
twice() {
	{
		cat
		cat <<'END'
static void *run(void *arg)
{
	work();
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, run, NULL);
	pthread_create(&b, NULL, run, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	done();
	return 0;
}
END
	} | program "$1"
}

proved() {
	run conc explore "$@"
	expect_status 0
	expect_out '^(all [0-9]+|the one) schedules? .*: no failure possible'
}

# found REGEX ARGUMENT...
found() {
	what=$1
	shift
	run conc explore "$@"
	expect_status 1
	expect_out "$what"
}
