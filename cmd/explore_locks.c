/* Which locks were held at each access to what threads share. */
#include "cmd/explore.h"

#include "cmd/json.h"
#include "cmd/page.h"
#include "cmd/table.h"
#include "cmd/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A variable and its accesses, which are n of the guards' from `first` on. */
struct shared {
	char name[EXPLORE_WORDS_SIZE]; /* "slots[*]": of several elements */
	char index[16]; /* "[2]", the first in its name; or "" */
	bool is_each; /* "slots[i]", and so are its locks */
	const struct guards_access *accesses;
	size_t n;
};

struct shared_list {
	struct shared *all;
	size_t n;
};

/* "node#3->next" is "node->next": blocks from one malloc are one row. */
static const char *thing_name(struct explore_view *view,
	const struct guards_thing *thing, char *words)
{
	char *number;

	explore_object_name_in(view, thing->within.to ? &thing->within : NULL,
		thing->object, words);
	number = strchr(words, '#');
	if (number) {
		const char *behind = number + 1 +
				     strspn(number + 1, "0123456789");

		memmove(number, behind, strlen(behind) + 1);
	}
	return words;
}

/* "slots[12].len" is "slots[*].len". */
static void strip_indices(char *out, const char *name)
{
	for (; *name; *out++ = *name++) {
		if (*name != '[' || !isdigit((unsigned char)name[1]))
			continue;
		*out++ = '[';
		*out++ = '*';
		name += strcspn(name, "]");
		if (!*name)
			break;
	}
	*out = '\0';
}

/* Its own index, wherever it comes first, is i. */
static void put_each(const struct shared *shared, char *name)
{
	const char *at = shared->index[0] ? strstr(name, shared->index) : NULL;
	char rest[EXPLORE_WORDS_SIZE];

	if (!at)
		return;
	strcpy(rest, at + strlen(shared->index));
	name[at - name] = '\0';
	text_append(name, EXPLORE_WORDS_SIZE, "[i]%s", rest);
}

static void take_index(struct shared *shared)
{
	const char *from = strchr(shared->name, '[');
	size_t n = from ? strcspn(from, "]") + 1 : 0;

	if (n && n < sizeof(shared->index))
		memcpy(shared->index, from, n);
}

static const char *lock_name(struct explore_view *view,
	const struct shared *shared, const struct guards_lock *lock,
	char *words)
{
	thing_name(view, &lock->thing, words);
	if (shared->is_each)
		put_each(shared, words);
	return words;
}

static const char *access_name(const struct guards_access *access)
{
	return access->reads && access->writes ? "changes"
	       : access->writes                ? "writes"
					       : "reads";
}

static void put_locks_words(struct explore_view *view,
	const struct shared *shared, const struct guards_lock *locks,
	uint32_t n, char *words)
{
	char name[EXPLORE_WORDS_SIZE];

	*words = '\0';
	for (uint32_t i = 0; i < n; i++)
		text_append(words, EXPLORE_WORDS_SIZE, "%s%s%s%s",
			i ? ", " : "",
			locks[i].owner == GUARDS_OTHER ? "another " : "",
			lock_name(view, shared, &locks[i], name),
			locks[i].shared ? " (to read)" : "");
}

/* The same lines, with the same locks. */
static bool is_alike(const struct shared *a, const struct shared *b)
{
	char x[EXPLORE_WORDS_SIZE], y[EXPLORE_WORDS_SIZE];

	strip_indices(x, a->name);
	strip_indices(y, b->name);
	if (strcmp(x, y) != 0 || a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!guards_are_alike(&a->accesses[i], &b->accesses[i]))
			return false;
	return true;
}

static void put_row(struct explore_view *view, const struct shared *shared,
	size_t i, char *words)
{
	const struct guards_access *access = &shared->accesses[i];
	char locks[EXPLORE_WORDS_SIZE];

	put_locks_words(view, shared, access->locks, access->nlocks, locks);
	explore_place_name(view, access->pc, words);
	text_append(words, EXPLORE_WORDS_SIZE, " %s %.100s",
		access_name(access), locks);
}

/* The same lines, each element with the lock that has its index. */
static bool is_each_alike(struct explore_view *view, const struct shared *old,
	const struct shared *new)
{
	char x[EXPLORE_WORDS_SIZE], y[EXPLORE_WORDS_SIZE];
	struct shared a = *old, b = *new;

	a.is_each = b.is_each = true;
	put_each(&a, a.name);
	put_each(&b, b.name);
	if (strcmp(a.name, b.name) != 0 || a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		put_row(view, &a, i, x);
		put_row(view, &b, i, y);
		if (strcmp(x, y) != 0 ||
			a.accesses[i].atomic != b.accesses[i].atomic)
			return false;
	}
	return true;
}

/* Elements of which the same is to be said are told of once. */
static void add_shared(struct explore_view *view, struct shared_list *list,
	const struct shared *shared)
{
	for (size_t i = 0; i < list->n; i++) {
		struct shared *old = &list->all[i];

		if (is_alike(old, shared)) {
			strip_indices(old->name, shared->name);
			return;
		}
		if (is_each_alike(view, old, shared)) {
			put_each(old, old->name);
			old->is_each = true;
			return;
		}
	}
	list->all[list->n++] = *shared;
}

static int by_name(const void *a, const void *b)
{
	return strverscmp(((const struct shared *)a)->name,
		((const struct shared *)b)->name);
}

/* False: no memory. */
static bool list_shared(struct explore_view *view, struct shared_list *list)
{
	size_t n = guards_count(view->guards);

	*list = (struct shared_list){calloc(n + 1, sizeof(*list->all)), 0};
	if (!list->all)
		return false;
	for (size_t i = 0; i < n; i += guards_group(view->guards, i)) {
		struct shared shared = {
			.accesses = guards_get(view->guards, i),
			.n = guards_group(view->guards, i),
		};

		thing_name(view, &shared.accesses->variable, shared.name);
		take_index(&shared);
		add_shared(view, list, &shared);
	}
	qsort(list->all, list->n, sizeof(*list->all), by_name);
	return true;
}

/* Then it takes no lock. */
static bool is_atomic(const struct shared *shared)
{
	for (size_t i = 0; i < shared->n; i++)
		if (!shared->accesses[i].atomic)
			return false;
	return true;
}

/* The last column: what guards it. */
static void put_common_words(
	struct explore_view *view, const struct shared *shared, char *words)
{
	struct guards_lock locks[WIRE_MAX_HELD];
	uint32_t n = guards_common(shared->accesses, shared->n, locks);

	put_locks_words(view, shared, locks, n, words);
	if (!n)
		snprintf(words, EXPLORE_WORDS_SIZE, "%s",
			is_atomic(shared) ? "none: atomic" : "none");
}

/* "bank.c:22 (deposits)" */
static void put_side(struct explore_view *view, const struct shared *shared,
	const struct guards_access *access, char *words)
{
	char locks[EXPLORE_WORDS_SIZE];

	explore_place_name(view, access->pc, words);
	put_locks_words(view, shared, access->locks, access->nlocks, locks);
	text_append(
		words, EXPLORE_WORDS_SIZE, " (%.60s)", *locks ? locks : "none");
}

static void put_pair(struct explore_view *view, const struct shared *shared,
	const struct guards_access *a, const struct guards_access *b,
	char *words)
{
	char one[EXPLORE_WORDS_SIZE], other[EXPLORE_WORDS_SIZE];

	if (a == b) {
		snprintf(words, EXPLORE_WORDS_SIZE,
			"two threads come to %.90s, and no lock keeps one out",
			explore_place_name(view, a->pc, one));
		return;
	}
	put_side(view, shared, a, one);
	put_side(view, shared, b, other);
	snprintf(words, EXPLORE_WORDS_SIZE,
		"no lock is held at both %.80s and %.80s", one, other);
}

/* What is wrong with it, in a sentence; false when nothing is. */
static bool put_gap_words(
	struct explore_view *view, const struct shared *shared, char *words)
{
	struct guards_lock locks[WIRE_MAX_HELD];
	size_t a, b;

	if (is_atomic(shared) ||
		guards_common(shared->accesses, shared->n, locks))
		return false;
	if (guards_gap(shared->accesses, shared->n, &a, &b))
		put_pair(view, shared, &shared->accesses[a],
			&shared->accesses[b], words);
	else
		snprintf(words, EXPLORE_WORDS_SIZE,
			"no one lock is held at all of these, though every "
			"two of them have one in common");
	return true;
}

static void add_row(struct explore_view *view, struct table *table,
	const struct shared *shared, const struct guards_access *access)
{
	char words[EXPLORE_WORDS_SIZE];

	table_row(table);
	table_text(table, shared->name);
	table_text(table, explore_place_name(view, access->pc, words));
	table_text(table, access_name(access));
	put_locks_words(view, shared, access->locks, access->nlocks, words);
	table_text(table, *words ? words : "none");
	put_common_words(view, shared, words);
	table_text(table, words);
}

static void print_table(
	struct explore_view *view, const struct shared_list *list)
{
	static const struct table_column columns[] = {
		{"variable", "variable", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
		{"at", "at", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
		{"access", "which", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
		{"holds", "locks held", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
		{"common", "common lock", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
	};
	struct table *table = table_create(
		columns, sizeof(columns) / sizeof(*columns));

	if (!table)
		return;
	for (size_t i = 0; i < list->n; i++)
		for (size_t k = 0; k < list->all[i].n; k++)
			add_row(view, table, &list->all[i],
				&list->all[i].accesses[k]);
	table_print(table, stdout, TABLE_TEXT);
	table_destroy(table);
}

/* Returns how many variables have one. */
static size_t print_gaps(
	struct explore_view *view, const struct shared_list *list)
{
	char words[EXPLORE_WORDS_SIZE], line[3 * EXPLORE_WORDS_SIZE];
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		if (!put_gap_words(view, &list->all[i], words))
			continue;
		snprintf(
			line, sizeof(line), "%s: %s", list->all[i].name, words);
		page_wrap(stdout, line, 0, 2);
		n++;
	}
	return n;
}

static size_t count_atomic(const struct shared_list *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += is_atomic(&list->all[i]);
	return n;
}

static void print_verdict(
	struct explore_view *view, const struct shared_list *list)
{
	size_t natomic = count_atomic(list);

	if (print_gaps(view, list) || natomic == list->n)
		return;
	printf("Each%s has a lock that was held at every access.\n",
		natomic ? " that is not atomic" : "");
}

static void print_list(
	struct explore_view *view, const struct shared_list *list)
{
	unsigned n = guards_nexecutions(view->guards);

	printf("\nData that threads share, and the locks that were held, in %u "
	       "execution%s:\n",
		n, n == 1 ? "" : "s");
	if (list->n) {
		print_table(view, list);
		print_verdict(view, list);
	} else {
		printf("  none was seen\n");
	}
}

void explore_print_locks(struct explore_view *view)
{
	struct shared_list list;

	if (!view->guards || !list_shared(view, &list))
		return;
	print_list(view, &list);
	free(list.all);
}

static void put_holds(struct explore_view *view, const struct shared *shared,
	struct json *json, const char *key, const struct guards_lock *locks,
	uint32_t n)
{
	char words[EXPLORE_WORDS_SIZE];

	json_array(json, key);
	for (uint32_t i = 0; i < n; i++)
		json_string(
			json, NULL, lock_name(view, shared, &locks[i], words));
	json_end(json);
}

static void put_access(struct explore_view *view, const struct shared *shared,
	struct json *json, const struct guards_access *access)
{
	json_object(json, NULL);
	if (access->place.file) {
		json_string(json, "file", access->place.file);
		json_uint(json, "line", (unsigned)access->place.line);
	} else {
		json_null(json, "file");
		json_null(json, "line");
	}
	json_string(json, "access", access_name(access));
	json_bool(json, "atomic", access->atomic);
	put_holds(view, shared, json, "holds", access->locks, access->nlocks);
	json_end(json);
}

static void put_shared(struct explore_view *view, struct json *json,
	const struct shared *shared)
{
	struct guards_lock locks[WIRE_MAX_HELD];
	char words[EXPLORE_WORDS_SIZE];
	uint32_t n = guards_common(shared->accesses, shared->n, locks);

	json_object(json, NULL);
	json_string(json, "variable", shared->name);
	put_holds(view, shared, json, "common", locks, n);
	if (put_gap_words(view, shared, words))
		json_string(json, "gap", words);
	else
		json_null(json, "gap");
	json_array(json, "accesses");
	for (size_t i = 0; i < shared->n; i++)
		put_access(view, shared, json, &shared->accesses[i]);
	json_end(json);
	json_end(json);
}

void explore_put_locks(struct explore_view *view, struct json *json)
{
	struct shared_list list;

	if (!view->guards || !list_shared(view, &list))
		return;
	json_array(json, "locks");
	for (size_t i = 0; i < list.n; i++)
		put_shared(view, json, &list.all[i]);
	json_end(json);
	free(list.all);
}
