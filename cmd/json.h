/*
 * json - write one JSON document
 *
 * A document is an object that begins with "schema", which names its shape,
 * and "version", which is raised when that shape changes. 64-bit numbers are
 * exact; strings carry no control characters and no invalid UTF-8, which
 * becomes U+FFFD.
 *
 *	json_begin(&json, stdout, "conc.primes");
 *	json_uint(&json, "count", 25);
 *	json_array(&json, "primes");
 *	json_uint(&json, NULL, 2);
 *	json_end(&json);
 *	json_finish(&json);
 *
 * The key is NULL for an element of an array and a name inside an object.
 *
 * Threads:  one.
 * Blocking: for the stream, whose error flag tells of failure.
 * Memory:   none.
 */
#ifndef CMD_JSON_H
#define CMD_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum {
	JSON_DEPTH_MOST = 16,
};

struct json {
	FILE *out;
	unsigned depth;
	struct {
		bool is_array;
		bool has_members;
	} level[JSON_DEPTH_MOST];
};

/* The document's object, with schema and version 1. */
void json_begin(struct json *json, FILE *out, const char *schema);

/* Close the document's object; a newline ends it. */
void json_finish(struct json *json);

void json_object(struct json *json, const char *key);
void json_array(struct json *json, const char *key);

/* Close the object or array opened last. */
void json_end(struct json *json);

void json_string(struct json *json, const char *key, const char *value);
void json_uint(struct json *json, const char *key, uint64_t value);
void json_int(struct json *json, const char *key, int64_t value);
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);

/* null when the value is not finite, which JSON cannot say. */
void json_real(struct json *json, const char *key, double value, int decimals);

#endif
