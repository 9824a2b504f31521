/* A queue for many producers and many consumers, with room for few items. */
#include <stdbool.h>

enum {
	QUEUE_ROOM = 1
};

/* Wait for room, and add the item at the end. false when it is closed. */
bool queue_push(int item);

/* Wait for an item, and take the oldest. false: closed, and nothing left. */
bool queue_pop(int *item);

/* No more items will come. What is there can still be taken. */
void queue_close(void);
