/*
 * Two doors: one visitor at the first, and two at the second; on a quiet day
 * only one.
 */
#include "count.h"

#include "lesson.h"

#include <pthread.h>
#include <string.h>

static int nsecond = 2;

static void *first_door(void *unused)
{
	count_visitor(0);
	return unused;
}

static void *second_door(void *unused)
{
	for (int i = 0; i < nsecond; i++)
		count_visitor(1);
	return unused;
}

int main(int argc, char *argv[])
{
	pthread_t first, second;

	if (argc > 1 && strcmp(argv[1], "quiet") == 0)
		nsecond = 1;
	pthread_create(&first, NULL, first_door, NULL);
	pthread_create(&second, NULL, second_door, NULL);
	pthread_join(first, NULL);
	pthread_join(second, NULL);
	EXPECT_EQUAL(all_visitors(), 1 + nsecond, "the number of visitors");
	return 0;
}
