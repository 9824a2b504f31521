/*
 * Our own coalescing: each of two threads makes a change and asks for it to be
 * sent. In the end everything is sent, and by one at a time.
 */
#include "lib/coalesce.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static struct coalesce coalesce;
static atomic_int changes, sent;
static int sending;

static int send_all(void *arg)
{
	(void)arg;
	assert(sending++ == 0);
	atomic_store(&sent, atomic_load(&changes));
	sending--;
	return 0;
}

static void *change(void *arg)
{
	atomic_fetch_add(&changes, 1);
	assert(coalesce_request(&coalesce) == 0);
	return arg;
}

#ifndef POLICY
#define POLICY COALESCE_RECHECK
#endif

int main(void)
{
	pthread_t a, b;

	coalesce_init(&coalesce, POLICY, send_all, NULL);
	pthread_create(&a, NULL, change, NULL);
	pthread_create(&b, NULL, change, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(atomic_load(&sent) == 2);
	return 0;
}
