/* Two doors, three visitors: one at the first, two at the second. */
#include "count.h"

#include "lesson.h"

#include <pthread.h>

static void *first_door(void *unused)
{
	count_visitor(0);
	return unused;
}

static void *second_door(void *unused)
{
	count_visitor(1);
	count_visitor(1);
	return unused;
}

int main(void)
{
	pthread_t first, second;

	pthread_create(&first, NULL, first_door, NULL);
	pthread_create(&second, NULL, second_door, NULL);
	pthread_join(first, NULL);
	pthread_join(second, NULL);
	EXPECT_EQUAL(all_visitors(), 3, "the number of visitors");
	return 0;
}
