/* Who has arrived is noted before the meeting, and looked at after it. */
#include "meeting.h"

#include "lesson.h"

#include <pthread.h>
#include <stdatomic.h>

static atomic_int here[2];

static void *thread(void *which)
{
	int me = *(int *)which, other = 1 - me;

	atomic_store(&here[me], 1);
	meeting_arrive(me);
	EXPECT(atomic_load(&here[other]),
		me ? "thread 1 went on before thread 0 had arrived"
		   : "thread 0 went on before thread 1 had arrived");
	return NULL;
}

int main(void)
{
	static int numbers[2] = {0, 1};
	pthread_t threads[2];

	meeting_prepare();
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, thread, &numbers[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	EXPECT(meeting_left_over() == 0,
		"permits are left over: the next two would not wait");
	return 0;
}
