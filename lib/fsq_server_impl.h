/*
 * fsq_server_impl - one connection of a server: what it says and is told
 *
 * Threads:  one.
 * Blocking: for the disk, where an item is published.
 * Memory:   line_open allocates, line_close frees.
 */
#ifndef LIB_FSQ_SERVER_IMPL_H
#define LIB_FSQ_SERVER_IMPL_H

#include "lib/fsq_address.h"
#include "lib/fsq_put.h"
#include "lib/fsq_server.h"

enum {
	LINE_BATCH = 16, /* items that are published together */
	/* Of answers; two windows, so that a whole batch fits behind one. */
	LINE_OUT_SIZE = 2 * FSQ_FRAME_WINDOW * FSQ_FRAME_ANSWER_MAX
};

/* What is done with the item that is coming in. */
enum line_item {
	LINE_NO_ITEM,
	LINE_WRITING,
	LINE_COMPARING, /* with one that we have */
	LINE_SKIPPING /* it is refused at its end */
};

struct line {
	struct line *next;
	const struct fsq_rules *rules;
	const struct fsq_server_options *options;
	int fd;
	uint64_t deadline_ns;
	bool greeted;
	bool hung_up; /* nothing more comes in */
	bool closing; /* as soon as all is sent */
	bool broken; /* at once */
	char peer[FSQ_ADDRESS_SIZE];

	struct fsq *fsq; /* the queue of the last item, or NULL */
	char queue[FSQ_NAME_SIZE];

	enum line_item item;
	char id[FSQ_NAME_SIZE];
	uint64_t size; /* of its content, so far */
	int known; /* the file that it is compared with, or -1 */
	enum fsq_folder where; /* that is */
	enum fsq_nak nak; /* why it is skipped */
	char why[FSQ_FRAME_TEXT_MAX + 1];

	struct fsq_put puts[LINE_BATCH]; /* then the one that is written */
	size_t nputs; /* that are whole */
	uint64_t *npublished; /* by all lines of the server … */
	uint64_t seen; /* … when we looked for the first of the puts */

	size_t nin, nout;
	char in[FSQ_FRAME_MAX];
	char out[LINE_OUT_SIZE];
};

/* Returns NULL when there is no memory; the descriptor then stays open. */
struct line *line_open(const struct fsq_rules *rules,
	const struct fsq_server_options *options, uint64_t *npublished, int fd,
	const struct fsq_address *peer);

void line_close(struct line *line);

/* What poll is to look for. */
short line_events(const struct line *line);

/* Read and write what can be without waiting. */
void line_go_on(struct line *line, short events);

/* Its time is up. */
void line_expire(struct line *line);

/* Frames about an item. */
void line_take_item(struct line *line, const struct fsq_frame *frame);
void line_take_data(struct line *line, const struct fsq_frame *frame);
void line_take_end(struct line *line, const struct fsq_frame *frame);

/* Publish all items that are whole, and answer. */
void line_publish(struct line *line);

/* Take back what is being written. */
void line_abort_writing(struct line *line);

/* No item is coming in any longer. */
void line_end_item(struct line *line);

/* The other side does not keep to the rules: say so, and close. */
void line_protest(struct line *line, const char *text);

void line_tell(const struct line *line, enum fsq_server_event event,
	const char *id, const char *text);

void line_renew_deadline(struct line *line);

/* Has nothing begun and nothing to say. */
bool line_is_idle(const struct line *line);

bool line_is_over(const struct line *line);

#endif
