#include "lib/portal_thread.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "lib/must.h"
#include "lib/overflow.h"
#include "lib/sync.h"
#include "lib/task_event.h"

struct portal_thread {
	pthread_t pthread;
	struct loop *loop;
	struct tasks *tasks;
	struct portal *portal;
	struct task_event stop; /* the loop's thread's */
	struct loop_call set_stop;
	struct semaphore started;
	int status; /* set before started */
	enum portal_close how; /* set before set_stop is posted */
};

static int set_stop(void *arg)
{
	struct portal_thread *thread = arg;

	return task_event_set(&thread->stop);
}

static int stay(void *arg, union future_value *value, struct failure *failure)
{
	struct portal_thread *thread = arg;

	(void)value, (void)failure;
	thread->status = portal_open(thread->portal);
	semaphore_post(&thread->started);
	if (thread->status < 0)
		return 0;
	task_event_wait(&thread->stop, CLOCK_NEVER);
	return portal_close(thread->portal, thread->how);
}

/* tasks_create has done the first in the thread that starts this one. */
static void *run(void *arg)
{
	struct portal_thread *thread = arg;
	int status = overflow_watch();

	if (status == 0)
		status = tasks_run(
			thread->tasks, "main", stay, thread, NULL, NULL);
	if (status == -ENOMEM || status == -EAGAIN) { /* nothing has run */
		thread->status = status;
		semaphore_post(&thread->started);
	}
	return NULL;
}

static int create_parts(struct portal_thread *thread)
{
	int status = loop_create(NULL, &thread->loop);

	if (status == 0)
		status = tasks_create(thread->loop, &thread->tasks);
	if (status == 0)
		status = portal_create(thread->tasks, &thread->portal);
	return status;
}

static void destroy(struct portal_thread *thread)
{
	portal_unref(thread->portal);
	if (thread->tasks)
		tasks_destroy(thread->tasks);
	if (thread->loop)
		loop_destroy(thread->loop);
	free(thread);
}

static int start_thread(struct portal_thread *thread)
{
	int error = pthread_create(&thread->pthread, NULL, run, thread);

	if (error)
		return -error;
	semaphore_wait(&thread->started, CLOCK_NEVER);
	if (thread->status < 0)
		must_zero(pthread_join(thread->pthread, NULL));
	return thread->status;
}

int portal_thread_start(struct portal_thread **result)
{
	struct portal_thread *thread = calloc(1, sizeof(*thread));
	int status;

	if (!thread)
		return -ENOMEM;
	status = create_parts(thread);
	if (status == 0) {
		task_event_init(&thread->stop, thread->tasks, "stop");
		thread->set_stop = (struct loop_call){
			.fn = set_stop, .arg = thread, .name = "stop"};
		status = start_thread(thread);
	}
	if (status < 0) {
		destroy(thread);
		return status;
	}
	*result = thread;
	return 0;
}

struct portal *portal_thread_portal(const struct portal_thread *thread)
{
	return thread->portal;
}

void portal_thread_stop(struct portal_thread *thread, enum portal_close how)
{
	thread->how = how;
	must_zero(loop_post(thread->loop, &thread->set_stop));
	must_zero(pthread_join(thread->pthread, NULL));
	destroy(thread);
}
