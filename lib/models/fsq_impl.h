/*
 * What the parent and the workers of the model `fsq` agree on.
 *
 * There are two queues. In `items` the one argument of an item is its number;
 * in `answers` an item's file holds a struct fsq_answer and then the text.
 */
#ifndef LIB_MODELS_FSQ_IMPL_H
#define LIB_MODELS_FSQ_IMPL_H

#include "lib/fsq.h"
#include "lib/fsq_item.h"
#include "lib/model.h"

struct fsq_answer {
	uint64_t item;
	int64_t error;
	struct tally tally;
	uint64_t text_size;
};

struct fsq_worker {
	const struct job *job;
	struct fsq *items, *answers;
};

/* Claim items and answer them, for ever. Returns an exit status. */
int fsq_worker_main(void *worker);

/* The number that an item of the queue `items` carries; UINT64_MAX: none. */
uint64_t fsq_worker_item(const struct fsq_item *item);

/* Say that an item is done, and remove it: nobody will look for it. */
int fsq_worker_drop(struct fsq_item *item);

#endif
