/* finds: deadlock */
#include <assert.h>
#include <pthread.h>

enum {
	NTASKS = 2
};

struct task {
	int (*run)(void);
	int result, done;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct task tasks[NTASKS];
static int nsubmitted, ntaken, closed;

static struct task *submit(int (*run)(void))
{
	struct task *task;

	pthread_mutex_lock(&lock);
	task = &tasks[nsubmitted++];
	task->run = run;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	return task;
}

static int get(struct task *task)
{
	pthread_mutex_lock(&lock);
	while (!task->done)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	return task->result;
}

static int part(void)
{
	return 21;
}

/* A task of the pool, whose only worker it keeps. */
static int whole(void)
{
#ifdef FIXED
	return 2 * part();
#else
	return 2 * get(submit(part));
#endif
}

static void *work(void *arg)
{
	pthread_mutex_lock(&lock);
	for (;;) {
		struct task *task;

		while (ntaken == nsubmitted && !closed)
			pthread_cond_wait(&changed, &lock);
		if (ntaken == nsubmitted)
			break;
		task = &tasks[ntaken++];
		pthread_mutex_unlock(&lock);
		task->result = task->run();
		pthread_mutex_lock(&lock);
		task->done = 1;
		pthread_cond_broadcast(&changed);
	}
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t worker;

	pthread_create(&worker, NULL, work, NULL);
	assert(get(submit(whole)) == 42);
	pthread_mutex_lock(&lock);
	closed = 1;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	pthread_join(worker, NULL);
	return 0;
}
