/* GLib's GThreadPool. peer: glib-2.0 libglib2.0-dev */
#include <glib.h>

#include "tests/bench/peers/pool.h"

static GThreadPool *pool;
static GMutex lock;
static GCond come;
static gboolean has_come;

static void call(gpointer data, gpointer user_data)
{
	(void)user_data;
	((void (*)(void))data)();
}

static void peer_open(int nworkers)
{
	pool = g_thread_pool_new(call, NULL, nworkers, TRUE, NULL);
}

static void peer_post(void (*fn)(void))
{
	g_thread_pool_push(pool, (gpointer)fn, NULL);
}

static void (*wanted)(void);

static void call_and_tell(void)
{
	wanted();
	g_mutex_lock(&lock);
	has_come = TRUE;
	g_cond_signal(&come);
	g_mutex_unlock(&lock);
}

static void peer_trip(void (*fn)(void))
{
	wanted = fn;
	has_come = FALSE;
	peer_post(call_and_tell);
	g_mutex_lock(&lock);
	while (!has_come)
		g_cond_wait(&come, &lock);
	g_mutex_unlock(&lock);
}

static void peer_close(void)
{
	g_thread_pool_free(pool, FALSE, TRUE);
}
