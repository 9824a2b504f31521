#include "lib/failure.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/must.h"
#include "lib/sync.h"

static struct mutex lock; /* guards what follows */
static struct failure kept[FAILURE_NKEPT];
static uint64_t nunretrieved;

static void name_origin(struct failure *failure, const char *origin)
{
	if (!origin) {
		pthread_getname_np(pthread_self(), failure->origin,
			sizeof(failure->origin));
		return;
	}
	snprintf(failure->origin, sizeof(failure->origin), "%s", origin);
}

void failure_set(struct failure *failure, int code, const char *origin,
	const char *format, ...)
{
	va_list args;

	must(code != 0);
	failure->code = code;
	name_origin(failure, origin);
	va_start(args, format);
	vsnprintf(failure->text, sizeof(failure->text), format, args);
	va_end(args);
}

char *failure_format(const struct failure *failure, char *text, size_t size)
{
	const char *between = failure->text[0] ? " " : "";

	if (failure->code < 0)
		snprintf(text, size, "%s: %s%s(%s)", failure->origin,
			failure->text, between, strerror(-failure->code));
	else
		snprintf(text, size, "%s: %s%s(code %d)", failure->origin,
			failure->text, between, failure->code);
	return text;
}

void failure_unretrieved(const struct failure *failure)
{
	mutex_lock(&lock);
	if (nunretrieved < FAILURE_NKEPT)
		kept[nunretrieved] = *failure;
	nunretrieved++;
	mutex_unlock(&lock);
}

uint64_t failure_nunretrieved(void)
{
	uint64_t n;

	mutex_lock(&lock);
	n = nunretrieved;
	mutex_unlock(&lock);
	return n;
}

/* Taken one by one, so that no visitor runs under the lock. */
static uint64_t kept_one(uint64_t i, struct failure *failure)
{
	uint64_t n;

	mutex_lock(&lock);
	n = nunretrieved;
	if (i < n && i < FAILURE_NKEPT)
		*failure = kept[i];
	else
		nunretrieved = 0;
	mutex_unlock(&lock);
	return n;
}

uint64_t failure_take_unretrieved(
	void (*visit)(const struct failure *failure, void *arg), void *arg)
{
	struct failure failure;

	for (uint64_t i = 0;; i++) {
		uint64_t n = kept_one(i, &failure);

		if (i >= n || i >= FAILURE_NKEPT)
			return n;
		visit(&failure, arg);
	}
}
