/* The end of the program: main returns, exit, abort, a failed assertion. */
#include "lib/explore/runtime/process.h"

#include "lib/explore/runtime/hidden.h"
#include "lib/explore/runtime/rt.h"

#include <stdlib.h>
#include <string.h>

/* What the program's constructors printed, and what they leave to do. */
struct before_main {
	uint32_t output_size;
	unsigned nat_exit;
	void (*at_exit[MAX_AT_EXIT])(void);
};

void process_keep(void)
{
	struct before_main *before = map_memory(sizeof(*before));

	rt->before_main = before;

	before->output_size = rt->wire->output_size;
	before->nat_exit = rt->nat_exit;
	memcpy(before->at_exit, rt->at_exit, sizeof(before->at_exit));
}

void process_begin(void)
{
	const struct before_main *before = rt->before_main;

	rt->wire->output_size = before->output_size;
	rt->nat_exit = before->nat_exit;
	memcpy(rt->at_exit, before->at_exit,
		before->nat_exit * sizeof(before->at_exit[0]));
}

enum handlers {
	NO_HANDLERS,
	HANDLERS,
	QUICK_HANDLERS, /* others, and only these */
};

/* Others may add to the list, or come here too, while one runs. */
static void run_handlers(enum handlers handlers)
{
	if (handlers == HANDLERS) {
		while (rt->nat_exit > 0)
			rt->at_exit[--rt->nat_exit]();
	} else if (handlers == QUICK_HANDLERS) {
		while (rt->nat_quick_exit > 0)
			rt->at_quick_exit[--rt->nat_quick_exit]();
	}
}

/* Nobody has to wait for it, but what it would still do outside is lost. */
static bool is_cut_short(const struct thread *detached)
{
	switch (detached->pending.kind) {
	case OP_START:
	case OP_OUTPUT:
	case OP_FILE:
		return detached->state != THREAD_ENDED;
	default:
		return false;
	}
}

/* The first that still runs stands for all, or the first that nobody joined. */
static void name_those_left(uint64_t pc, const char *how)
{
	const struct thread *left = NULL;

	for (unsigned i = rt->nthreads; i-- > 1;) {
		const struct thread *thread = &rt->threads[i];

		if (thread->joined || thread == self() ||
			(thread->detached && !is_cut_short(thread)))
			continue;
		if (!left || left->state == THREAD_ENDED ||
			thread->state != THREAD_ENDED)
			left = thread;
	}
	if (!left)
		return;
	if (left->state == THREAD_ENDED)
		note(FOUND_THREAD_LEFT, left->created_pc,
			"T%u was neither joined nor detached", left->id);
	else
		note(FOUND_MAIN_LEFT, pc ? pc : left->created_pc,
			"%s %s while T%u%s still runs",
			thread_name(rt->current).text, how, left->id,
			left->detached ? ", which is detached," : "");
}

static _Noreturn void end(uint64_t pc, enum handlers handlers)
{
	run_handlers(handlers);
	rt->over.main_ended = !rt->exit_code || !rt->wire->config.check_exit;
	if (rt->over.failed)
		end_execution();
	if (rt->nalive <= 1 && rt->wire->config.compiled)
		heap_report_leaks();
	outcome_compare(pc);
	if (rt->exit_code && rt->wire->config.check_exit)
		fail(FOUND_EXIT_CODE, pc,
			pc ? "it called exit(%d)" : "main returned %d",
			rt->exit_code);
	end_execution();
}

/* Who comes first decides about the status, and not who asked last. */
static _Noreturn void end_with(int status, enum handlers handlers, uint64_t pc)
{
	uint64_t at = pc ? pc : self()->left_pc;

	point_at(OP_PROCESS_END, NULL, NULL, at);
	trace(OP_PROCESS_END, at, NULL);
	rt->exit_code = status;
	untested_end();
	name_those_left(at, pc ? "calls exit" : "returns");
	end(pc, handlers);
}

void process_end(int status)
{
	end_with(status, HANDLERS, 0);
}

_Noreturn void process_end_of_threads(void)
{
	end(0, HANDLERS);
}

_Noreturn void process_exit(int status, uint64_t pc)
{
	end_with(status, HANDLERS, pc);
}

void WRAP(exit)(int status)
{
	process_exit(status, CALLER);
}

void WRAP(_exit)(int status)
{
	end_with(status, NO_HANDLERS, CALLER);
}

void WRAP(_Exit)(int status)
{
	end_with(status, NO_HANDLERS, CALLER);
}

int WRAP(atexit)(void (*fn)(void))
{
	hidden_at_exit(CALLER);
	if (rt->nat_exit == MAX_AT_EXIT)
		return 1;
	rt->at_exit[rt->nat_exit++] = fn;
	return 0;
}

void WRAP(quick_exit)(int status)
{
	end_with(status, QUICK_HANDLERS, CALLER);
}

int WRAP(at_quick_exit)(void (*fn)(void))
{
	hidden_at_exit(CALLER);
	if (rt->nat_quick_exit == MAX_AT_EXIT)
		return 1;
	rt->at_quick_exit[rt->nat_quick_exit++] = fn;
	return 0;
}

void WRAP(abort)(void)
{
	fail(FOUND_ABORT, CALLER, "abort was called");
}

void WRAP(__assert_fail)(const char *expression, const char *file,
	unsigned line, const char *function)
{
	(void)file;
	(void)line;
	(void)function;
	fail(FOUND_ASSERT, CALLER, "assert(%s)", expression);
}

/* What the check of a lesson says: lessons/lesson.h. */
void WRAP(lesson_broken)(const char *words)
{
	fail(FOUND_ASSERT, 0, "%s", words);
}
