/*
 * once: who has arrived is noted before the meeting, and looked at after it.
 * again: two more meet in the same place, and find what was left over.
 */
#include "meeting.h"

#include "lesson.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

static atomic_int here[2];
static bool is_second; /* meeting */

static const char *too_early(int me)
{
	static const char *const words[2][2] = {
		{"thread 0 went on before thread 1 had arrived",
			"thread 1 went on before thread 0 had arrived"},
		{"the second time thread 0 went on before thread 1 had arrived",
			"the second time thread 1 went on before thread 0 had "
			"arrived"},
	};

	return words[is_second][me];
}

static void *thread(void *which)
{
	int me = *(int *)which, other = 1 - me;

	atomic_store(&here[me], 1);
	meeting_arrive(me);
	EXPECT(atomic_load(&here[other]), too_early(me));
	return NULL;
}

static void meet(void)
{
	static int numbers[2] = {0, 1};
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, thread, &numbers[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
}

int main(int argc, char **argv)
{
	(void)argc;
	meeting_prepare();
	meet();
	EXPECT(meeting_left_over() == 0,
		"permits are left over: the next two would not wait");
	if (argv[1][0] == 'o')
		return 0;
	is_second = true;
	atomic_store(&here[0], 0);
	atomic_store(&here[1], 0);
	meet();
	return 0;
}
