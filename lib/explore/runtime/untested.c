#include "lib/explore/runtime/untested.h"

#include "lib/explore/runtime/rt.h"

void untested_begin(const void *mutex, uint32_t after, uint64_t pc)
{
	struct untested *u = &self()->untested;

	if (u->last_read)
		*u = (struct untested){
			.last_read = u->last_read,
			.mutex = mutex,
			.pc = pc,
			.test = u->last_read,
			.after = after,
		};
}

void untested_forget(void)
{
	self()->untested.mutex = NULL;
}

static void goes_on(struct untested *u)
{
	u->mutex = NULL;
	note(FOUND_WAIT_ONCE, u->pc,
		"it goes on after a wake-up that nobody signalled");
}

/* In one step, or before a second read: it has looked, and not to write. */
static void look(struct untested *u, unsigned flags)
{
	if (flags & ACCESS_ATOMIC)
		u->mutex = NULL;
	else if (!(flags & ACCESS_WRITE)) {
		if (u->read)
			u->mutex = NULL;
		u->read = true;
	} else if (u->gone || u->after == steps_of_others())
		goes_on(u);
	else
		u->mutex = NULL;
}

void untested_access(uint64_t address, unsigned flags)
{
	struct untested *u = &self()->untested;

	if (u->mutex && address == u->test)
		look(u, flags);
	if (!(flags & ACCESS_WRITE))
		u->last_read = address;
}

void untested_unlock(const void *mutex)
{
	struct untested *u = &self()->untested;

	if (u->mutex != mutex || u->gone)
		return;
	if (u->after == steps_of_others())
		u->gone = true;
	else
		u->mutex = NULL;
}

void untested_end(void)
{
	struct untested *u = &self()->untested;

	if (u->mutex && u->gone && !u->read)
		goes_on(u);
	u->mutex = NULL;
}
