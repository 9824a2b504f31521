#include "cmd/async.h"

#include <string.h>

/* tag::steps[] */
const struct async_step async_steps[] = {
	{"gen", "a function that keeps its place",
		"which square is gone after the last pair, and who took it?",
		"conc gen squares --zip abcde"},
	{"send", "values go both ways", "why is 5 not among the numbers?",
		"conc gen send --explain"},
	{"green", "tasks that take turns",
		"foo is spawned first: at which line does bar get its turn?",
		"conc green basic"},
	{"loop", "who chooses what runs next",
		"what makes each task ready again: a timer, or a descriptor?",
		"conc loop trace"},
	{"styles", "the same job in another style",
		"the same lines as with --style coro: who remembers what?",
		"conc styles --style callback"},
	{"block", "a call that blocks the loop",
		"how many ticks were there while the work was done?",
		"conc loop block --work 300ms"},
	{"offload", "the same call in a thread", "and how many now?",
		"conc loop offload --work 300ms"},
	{"to-thread", "cancelling what runs in a thread",
		"the task is cancelled in the middle: when is it told?",
		"conc to-thread --job 500ms --cancel-after 200ms"},
	{"switch", "one function, now here and now in a thread",
		"which lines have the same tid, and did the loop go on?",
		"conc switch --block 300ms"},
	{"isolate", "two pools instead of one",
		"how long does the same short job wait in each?",
		"conc pool isolate --work 100ms"},
	{"portal", "threads that call into the loop",
		"the tasks take 10 seconds one by one: when are all done?",
		"conc portal spawn 1 2 3 4 --second 100ms"},
	{"file", "files, for which nobody can wait",
		"are there as many descriptors after it as before?",
		"conc file cat /proc/self/exe --chunk 64k"},
};
/* end::steps[] */

const size_t async_nsteps = sizeof(async_steps) / sizeof(async_steps[0]);

const struct async_step *async_find(const char *name)
{
	for (size_t i = 0; i < async_nsteps; i++) {
		if (!strcmp(async_steps[i].name, name))
			return &async_steps[i];
	}
	return NULL;
}
