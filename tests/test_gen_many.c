/*
 * G17: ten thousand generators, and one that needs more stack than it has.
 */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/overflow.h"
#include "lib/sanitizer.h"
#include "tests/gens.h"

static int ncleaned;

static int count_to(struct gen *self, void *arg)
{
	for (uintptr_t n = 0; n < (uintptr_t)arg; n++) {
		int status = gen_yield(self, number(n), NULL);

		if (status) {
			ncleaned++;
			return status;
		}
	}
	return 0;
}

/* G17. TSan takes each for a thread and has room for about 8,000. */
START_TEST(g17_ten_thousand_are_alive_at_once)
{
	static struct gen *gens[10000];
	const int n = SANITIZER_THREAD || RUNNING_ON_VALGRIND ? 1000 : 10000;
	void *value;

	for (int i = 0; i < n; i++)
		gens[i] = create_named("tested", count_to, number(3));
	for (uintptr_t turn = 0; turn < 3; turn++) {
		for (int i = 0; i < n; i++) {
			ck_assert_int_eq(gen_next(gens[i], &value), 0);
			assert_value(value, turn);
		}
	}
	for (int i = 0; i < n; i += 2)
		ck_assert_int_eq(gen_next(gens[i], NULL), GEN_STOP);
	for (int i = 1; i < n; i++)
		gen_destroy(gens[i]);
	ck_assert_int_eq(ncleaned, n / 2);
	finish(gens[0]);
}
END_TEST

static void count_coroutine(struct coro *coro, void *arg)
{
	(void)coro;
	++*(int *)arg;
}

START_TEST(g17_a_finished_one_has_no_stack)
{
	struct gen *gen = create_named("tested", count_to, number(0));
	int nlive = 0;

	coro_each(pool, count_coroutine, &nlive);
	ck_assert_int_eq(nlive, 1);
	ck_assert_int_eq(gen_next(gen, NULL), GEN_STOP);
	nlive = 0;
	coro_each(pool, count_coroutine, &nlive);
	ck_assert_int_eq(nlive, 0);
	finish(gen);
}
END_TEST

static int recurse(int depth)
{
	char frame[200];

	memset(frame, depth, sizeof frame);
	__asm__ volatile("" : : "r"(frame) : "memory");
	return depth ? recurse(depth + 1) + frame[depth % 200] : 0;
}

static int recurse_for_ever(struct gen *self, void *arg)
{
	(void)arg;
	return recurse(1) ? gen_yield(self, NULL, NULL) : 0;
}

static void overflow_with_words_to(int fd)
{
	const struct rlimit no_core = {0, 0};

	setrlimit(RLIMIT_CORE, &no_core);
	must(dup2(fd, STDERR_FILENO) == STDERR_FILENO);
	must_zero(overflow_watch());
	gen_next(create_named("tested", recurse_for_ever, NULL), NULL);
	_exit(99);
}

START_TEST(g17_an_overflow_hits_the_guard_and_is_named)
{
	char words[512] = "";
	int ends[2], status;
	pid_t child;

	must_zero(pipe(ends));
	child = fork();
	must(child >= 0);
	if (child == 0)
		overflow_with_words_to(ends[1]);
	close(ends[1]);
	ck_assert_int_gt(read(ends[0], words, sizeof words - 1), 0);
	close(ends[0]);
	must(waitpid(child, &status, 0) == child);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	ck_assert(strstr(words, "coroutine 'tested' used more than its stack"));
}
END_TEST

int main(void)
{
	return suite_run("gen_many", 60,
		(const TTest *const[]){
			g17_ten_thousand_are_alive_at_once,
			g17_a_finished_one_has_no_stack,
			g17_an_overflow_hits_the_guard_and_is_named,
			NULL,
		});
}
