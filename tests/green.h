/*
 * green - tasks on a loop in virtual time, for tests
 *
 * green_main runs a body as the main task; bodies note what they do, and
 * failures that are reported are kept.
 */
#ifndef TESTS_GREEN_H
#define TESTS_GREEN_H

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/must.h"
#include "lib/task.h"
#include "tests/suite.h"

static struct loop *loop;
static struct tasks *tasks;
static char events[400];
static struct failure reported[16];
static int nreported;

static void green_report(void *context, const struct failure *failure)
{
	(void)context;
	must(nreported < 16);
	reported[nreported++] = *failure;
}

static inline void green_setup(void)
{
	const struct loop_rules rules = {
		.virtual_time = true, .report = green_report};

	must_zero(loop_create(&rules, &loop));
	must_zero(tasks_create(loop, &tasks));
	events[0] = '\0';
	nreported = 0;
}

static inline void green_teardown(void)
{
	tasks_destroy(tasks);
	loop_destroy(loop);
}

static inline void note(const char *text)
{
	strncat(events, text, sizeof(events) - strlen(events) - 1);
}

static inline int green_main(future_fn fn, void *arg)
{
	return tasks_run(tasks, "main", fn, arg, NULL, NULL);
}

/* The whole life of a test whose body is fn. */
static inline int green_run(future_fn fn, void *arg)
{
	int status;

	green_setup();
	status = green_main(fn, arg);
	green_teardown();
	return status;
}

static inline struct task *green_spawn(
	const char *name, future_fn fn, void *arg)
{
	struct task *task = NULL;

	must_zero(task_spawn(tasks, name, fn, arg, &task));
	return task;
}

static inline void green_join(struct task *task)
{
	must_zero(task_join(task, CLOCK_NEVER));
	task_unref(task);
}

static inline uint64_t green_now(void)
{
	return loop_now(loop);
}

/* Bodies have two arguments that most do not use. */
#define BODY(name)       \
	static int name( \
		void *arg, union future_value *value, struct failure *failure)
#define UNUSED_BODY_ARGS ((void)arg, (void)value, (void)failure)

#endif
