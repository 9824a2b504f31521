/* expect: went on before thread */
#include "meeting.h"

#include <semaphore.h>

static sem_t arrived[2];

void meeting_prepare(void)
{
	sem_init(&arrived[0], 0, 1);
	sem_init(&arrived[1], 0, 1);
}

void meeting_arrive(int me)
{
	int other = 1 - me;

	sem_wait(&arrived[other]);
	sem_post(&arrived[me]);
}

int meeting_left_over(void)
{
	int first, second;

	sem_getvalue(&arrived[0], &first);
	sem_getvalue(&arrived[1], &second);
	return first + second;
}
