/*
 * bench_loop - posts from another thread and timers, beside libuv
 *
 *	bench_loop [POSTS [TIMERS]]	(1,000,000 each)
 *
 * libuv is looked for when this runs, so that building needs none of it. Its
 * posts are what its documentation tells to do: a queue under a mutex, and
 * uv_async_send, for which the loop takes the whole queue. The queue links the
 * items themselves, as ours does; most users allocate a node for each, which
 * takes longer. A time is of everything: making the loop and the threads,
 * filling each item in and posting it, running it, ending both.
 *
 * All take turns, A B A B; a ratio is the median over the rounds.
 */
#include "lib/loop.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/clock.h"
#include "lib/must.h"
#include "lib/rng.h"
#include "lib/sync.h"
#include "tests/bench/beside.h"

enum {
	NPOSTERS_MAX = 4
};

static size_t nposts = 1000000, ntimers = 1000000;

/* --- what is called of libuv; its structs are as large as it says --- */

enum {
	UV_ASYNC = 1,
	UV_TIMER = 13,
	UV_RUN_DEFAULT = 0
};

typedef void (*uv_handle_fn)(void *handle);

static struct {
	size_t (*loop_size)(void);
	size_t (*handle_size)(int type);
	int (*loop_init)(void *loop);
	int (*loop_close)(void *loop);
	int (*run)(void *loop, int mode);
	int (*async_init)(void *loop, void *async, uv_handle_fn fn);
	int (*async_send)(void *async);
	int (*timer_init)(void *loop, void *timer);
	int (*timer_start)(void *timer, uv_handle_fn fn, uint64_t timeout_ms,
		uint64_t repeat_ms);
	void (*close)(void *handle, uv_handle_fn fn);
} uv;

static bool find_libuv(void)
{
	const struct uv_symbol symbols[] = {
		{"uv_loop_size", &uv.loop_size},
		{"uv_handle_size", &uv.handle_size},
		{"uv_loop_init", &uv.loop_init},
		{"uv_loop_close", &uv.loop_close},
		{"uv_run", &uv.run},
		{"uv_async_init", &uv.async_init},
		{"uv_async_send", &uv.async_send},
		{"uv_timer_init", &uv.timer_init},
		{"uv_timer_start", &uv.timer_start},
		{"uv_close", &uv.close},
	};

	return uv_find(symbols, sizeof(symbols) / sizeof(symbols[0]));
}

/* --- posts: each side fills its own kind of item in and posts it --- */

struct item {
	struct item *next;
	loop_fn fn;
	void *arg;
};

static struct loop_call *calls; /* ours */
static struct item *items; /* theirs */
static unsigned nposters;
static struct barrier gate;

/* Those of poster i are from share(i) to share(i + 1). */
static size_t share(uintptr_t i)
{
	return nposts * i / nposters;
}

static void start(pthread_t threads[], void *(*fn)(void *))
{
	barrier_init(&gate, nposters + 1);
	for (uintptr_t i = 0; i < nposters; i++)
		must_zero(pthread_create(&threads[i], NULL, fn, (void *)i));
	barrier_wait(&gate);
}

static void join(pthread_t threads[])
{
	for (unsigned i = 0; i < nposters; i++)
		must_zero(pthread_join(threads[i], NULL));
	barrier_fini(&gate);
}

static struct loop *loop;

static int count_post(void *arg)
{
	(void)arg;
	if (++ndone == nposts)
		loop_release(loop);
	return 0;
}

static void *post_share(void *arg)
{
	uintptr_t me = (uintptr_t)arg;

	barrier_wait(&gate);
	for (size_t i = share(me); i < share(me + 1); i++) {
		calls[i] = (struct loop_call){.fn = count_post};
		must_zero(loop_post(loop, &calls[i]));
	}
	return NULL;
}

static void our_posts(void)
{
	pthread_t threads[NPOSTERS_MAX];

	must_zero(loop_create(NULL, &loop));
	loop_hold(loop);
	start(threads, post_share);
	must_zero(loop_run(loop));
	join(threads);
	loop_destroy(loop);
}

static struct {
	pthread_mutex_t lock;
	/* guarded by lock */
	struct item *first, **last;
} queue = {.lock = PTHREAD_MUTEX_INITIALIZER};
static void *uv_loop, *uv_async;

static int count_item(void *arg)
{
	(void)arg;
	ndone++;
	return 0;
}

static void *send_share(void *arg)
{
	uintptr_t me = (uintptr_t)arg;

	barrier_wait(&gate);
	for (size_t i = share(me); i < share(me + 1); i++) {
		items[i] = (struct item){.fn = count_item};
		pthread_mutex_lock(&queue.lock);
		*queue.last = &items[i];
		queue.last = &items[i].next;
		pthread_mutex_unlock(&queue.lock);
		uv.async_send(uv_async);
	}
	return NULL;
}

static void take_all(void *handle)
{
	struct item *item, *next;

	pthread_mutex_lock(&queue.lock);
	item = queue.first;
	queue.first = NULL;
	queue.last = &queue.first;
	pthread_mutex_unlock(&queue.lock);
	for (; item; item = next) {
		next = item->next; /* the item may go, as in ours */
		item->fn(item->arg);
	}
	if (ndone == nposts)
		uv.close(handle, NULL);
}

static void their_posts(void)
{
	pthread_t threads[NPOSTERS_MAX];

	queue.last = &queue.first;
	must_zero(uv.loop_init(uv_loop));
	must_zero(uv.async_init(uv_loop, uv_async, take_all));
	start(threads, send_share);
	uv.run(uv_loop, UV_RUN_DEFAULT);
	join(threads);
	must_zero(uv.loop_close(uv_loop));
}

/* --- timers, armed for random milliseconds of the next 100 --- */

static struct loop_timer *timers;
static char *uv_timers;

static int count_timer(void *arg)
{
	(void)arg;
	ndone++;
	return 0;
}

static void our_timers(void)
{
	struct rng rng;
	uint64_t now;

	rng_init(&rng, 1);
	must_zero(loop_create(NULL, &loop));
	now = loop_now(loop);
	for (size_t i = 0; i < ntimers; i++) {
		timers[i] = (struct loop_timer){.call = {.fn = count_timer}};
		must_zero(loop_timer_start(loop, &timers[i],
			now + rng_below(&rng, 100) * CLOCK_NS_PER_MS));
	}
	must_zero(loop_run(loop));
	loop_destroy(loop);
}

static void count_uv_timer(void *handle)
{
	(void)handle;
	ndone++;
}

static void their_timers(void)
{
	size_t size = uv.handle_size(UV_TIMER);
	struct rng rng;

	rng_init(&rng, 1);
	must_zero(uv.loop_init(uv_loop));
	for (size_t i = 0; i < ntimers; i++) {
		void *timer = uv_timers + i * size;

		must_zero(uv.timer_init(uv_loop, timer));
		must_zero(uv.timer_start(
			timer, count_uv_timer, rng_below(&rng, 100), 0));
	}
	uv.run(uv_loop, UV_RUN_DEFAULT);
	for (size_t i = 0; i < ntimers; i++)
		uv.close(uv_timers + i * size, NULL);
	uv.run(uv_loop, UV_RUN_DEFAULT);
	must_zero(uv.loop_close(uv_loop));
}

static void race_posts(bool peer)
{
	char what[40];

	snprintf(what, sizeof(what), "post from %u other thread%s", nposters,
		nposters > 1 ? "s" : "");
	race(what, nposts, our_posts, peer ? their_posts : NULL, 0.5);
}

int main(int argc, char **argv)
{
	bool peer = find_libuv();

	if (argc > 1)
		nposts = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		ntimers = strtoul(argv[2], NULL, 10);
	if (!peer)
		puts("not installed: libuv (Debian: apt-get install "
		     "libuv1); its times are left out");
	else
		uv_loop = malloc(uv.loop_size()),
		uv_async = malloc(uv.handle_size(UV_ASYNC)),
		uv_timers = malloc(ntimers * uv.handle_size(UV_TIMER));
	calls = malloc(nposts * sizeof(*calls));
	items = malloc(nposts * sizeof(*items));
	timers = malloc(ntimers * sizeof(*timers));
	must(calls && items && timers);
	race_heading();
	for (nposters = 1; nposters <= NPOSTERS_MAX; nposters *= 2)
		race_posts(peer);
	race("arm a timer and fire it", ntimers, our_timers,
		peer ? their_timers : NULL, 1);
	return 0;
}
