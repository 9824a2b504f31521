/*
 * fsq_name - the name of an item, which says all that is known about it
 *
 *	_20261121053427_0_22429_vm_0_a%5fb_x%2fy
 *
 *	item  = D time D counter D pid D host D tries *( D argument )
 *
 * D, the delimiter, is the first byte of the name and so any that the writer
 * liked; E, the escape, is agreed upon. In a field D, E and '/' stand as E and
 * two lower-case hex digits, all else as it is: spaces, newlines, what is not
 * ASCII. A reader takes any two hex digits, of either case, for any byte from
 * 01 to 7f. The time is local time, by default as %Y%m%d%H%M%S; the counter
 * tells apart the items of one process in one second; tries counts how often
 * the item was run and is to be run again.
 *
 * Names come from directories that others write to, so nothing is believed:
 * what is not of this form is refused, and never read beyond its size.
 *
 * The format is that of FSQ, byte for byte:
 * https://github.com/axialmarket/fsq
 *
 * Threads:  any.
 * Blocking: never.
 * Memory:   the caller's.
 */
#ifndef LIB_FSQ_NAME_H
#define LIB_FSQ_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	FSQ_NAME_MAX = 255, /* bytes, what a directory can hold */
	FSQ_NAME_SIZE = FSQ_NAME_MAX + 1
};

enum fsq_field {
	FSQ_FIELD_TIME,
	FSQ_FIELD_COUNTER,
	FSQ_FIELD_PID,
	FSQ_FIELD_HOST,
	FSQ_FIELD_TRIES,
	FSQ_NFIELDS /* and the arguments after them */
};

struct fsq_grammar {
	char delimiter; /* of the names that we write */
	char escape;
	const char *time_format; /* of strftime */
};

/* A decoded name. Its fields are strings in text, one after another. */
struct fsq_name {
	int64_t enqueued; /* seconds since 1970 */
	uint64_t tries;
	char delimiter;
	uint8_t nfields; /* with the arguments */
	uint8_t at[FSQ_NAME_SIZE];
	char text[FSQ_NAME_SIZE];
};

/* What a new name is made of, besides its arguments. */
struct fsq_stamp {
	int64_t enqueued;
	uint64_t counter;
	pid_t pid;
	const char *host;
	uint64_t tries;
};

/*
 * Returns 0; -EINVAL: delimiter and escape are the same, or one of them is
 * not ASCII, is '/' or 0, or there is no time format.
 */
int fsq_grammar_check(const struct fsq_grammar *grammar);

/*
 * Write a name and a 0 behind it. Returns its size; -ENAMETOOLONG: more than
 * 255 bytes; -EINVAL: the time cannot be written in this format.
 */
int fsq_name_encode(const struct fsq_grammar *grammar,
	const struct fsq_stamp *stamp, const char *const *args, size_t nargs,
	char out[FSQ_NAME_SIZE]);

/*
 * The same item after one more try: each field as it was, tries one more, the
 * delimiter its own. Returns as fsq_name_encode; -EOVERFLOW.
 */
int fsq_name_retry(const struct fsq_grammar *grammar,
	const struct fsq_name *name, char out[FSQ_NAME_SIZE]);

/* The same with any number in a field that is one. Returns as encode. */
int fsq_name_recount(const struct fsq_grammar *grammar,
	const struct fsq_name *name, enum fsq_field field, uint64_t number,
	char out[FSQ_NAME_SIZE]);

/*
 * Read the name of an item. Returns 0; -EINVAL: malformed, and *name holds
 * what was read so far and may be anything.
 */
int fsq_name_decode(const struct fsq_grammar *grammar, const char *text,
	size_t size, struct fsq_name *name);

/*
 * Read only the fields: an item's or any other list in this form. A delimiter
 * alone is a list of none. Returns 0; -EINVAL: empty, longer than 255 bytes,
 * a broken escape, the escape as delimiter, a byte that no name can have.
 */
int fsq_name_split(
	char escape, const char *text, size_t size, struct fsq_name *name);

/* A field, or an argument: i < nargs. */
const char *fsq_name_field(const struct fsq_name *name, enum fsq_field field);
size_t fsq_name_nargs(const struct fsq_name *name);
const char *fsq_name_arg(const struct fsq_name *name, size_t i);

/*
 * The order of items: by time, then counter, then pid, each as a number; then
 * by the bytes of the name. Times are compared as they are written, which
 * is their order but for the hour that is repeated when summer ends. What
 * begins with no such numbers comes last.
 */
struct fsq_key {
	uint64_t time, counter, pid;
};

void fsq_name_key(const char *text, size_t size, struct fsq_key *key);
int fsq_key_compare(const struct fsq_key *a, const struct fsq_key *b);

/*
 * May it name a queue, a host or a special entry: not "", ".", "..", nothing
 * with '/' in it, at most 255 bytes?
 */
bool fsq_name_plain(const char *name);

#endif
