/* roster - as lib/roster.c, for the explorer: nobody is shown in the table */
#include "lib/roster.h"

#include <stddef.h>

_Thread_local struct roster_task *roster_mine;

struct roster_task *roster_self(void)
{
	return NULL;
}

pid_t roster_id(const struct roster_task *task)
{
	(void)task;
	return 0;
}

void roster_wait_begin(struct roster_task *task, const struct roster_wait *wait)
{
	(void)task;
	(void)wait;
}

void roster_wait_end(struct roster_task *task)
{
	(void)task;
}

void roster_name(struct roster_thing *thing, const char *name,
	const void *object, const _Atomic pid_t *owner)
{
	(void)thing;
	(void)name;
	(void)object;
	(void)owner;
}
