#include "lib/fsq_rules.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct fsq_rules fsq_rules_default = {
	.grammar = {'_', '%', "%Y%m%d%H%M%S"},
	.charset = "utf8",
	.root = "/var/fsq",
	.queue = "queue",
	.done = "done",
	.fail = "fail",
	.tmp = "tmp",
	.down = "down",
	.trigger = "trigger-s",
	.hosts = "hosts",
	.hosts_trigger = "hosts-trigger-s",
	.item_mode = 0640,
	.queue_mode = 02770,
	.success = 0,
	.fail_tmp = 111,
	.fail_perm = 100,
	.lock = true,
	.max_tries = 1,
	.exec_dir = "",
};

enum kind {
	CHARSET,
	CHARACTER,
	TEXT, /* not empty */
	ENTRY, /* the name of a directory entry */
	OWNER, /* text, or NULL for an empty one */
	FOLDER, /* text, which may be empty */
	MODE, /* octal */
	STATUS, /* 0 to 255 */
	SWITCH, /* a number; 0 is off */
	LIMIT
};

struct variable {
	const char *name;
	enum kind kind;
	size_t offset;
};

#define AT(member) offsetof(struct fsq_rules, member)

static const struct variable variables[] = {
	{"FSQ_CHARSET", CHARSET, AT(charset)},
	{"FSQ_DELIMITER", CHARACTER, AT(grammar.delimiter)},
	{"FSQ_ENCODE", CHARACTER, AT(grammar.escape)},
	{"FSQ_TIMEFMT", TEXT, AT(grammar.time_format)},
	{"FSQ_QUEUE", ENTRY, AT(queue)},
	{"FSQ_DONE", ENTRY, AT(done)},
	{"FSQ_FAIL", ENTRY, AT(fail)},
	{"FSQ_TMP", ENTRY, AT(tmp)},
	{"FSQ_DOWN", ENTRY, AT(down)},
	{"FSQ_TRIGGER", ENTRY, AT(trigger)},
	{"FSQ_HOSTS", ENTRY, AT(hosts)},
	{"FSQ_HOSTS_TRIGGER", ENTRY, AT(hosts_trigger)},
	{"FSQ_ROOT", TEXT, AT(root)},
	{"FSQ_ITEM_USER", OWNER, AT(item_user)},
	{"FSQ_ITEM_GROUP", OWNER, AT(item_group)},
	{"FSQ_QUEUE_USER", OWNER, AT(queue_user)},
	{"FSQ_QUEUE_GROUP", OWNER, AT(queue_group)},
	{"FSQ_ITEM_MODE", MODE, AT(item_mode)},
	{"FSQ_QUEUE_MODE", MODE, AT(queue_mode)},
	{"FSQ_FAIL_TMP", STATUS, AT(fail_tmp)},
	{"FSQ_FAIL_PERM", STATUS, AT(fail_perm)},
	{"FSQ_SUCCESS", STATUS, AT(success)},
	{"FSQ_USE_TRIGGER", SWITCH, AT(use_trigger)},
	{"FSQ_LOCK", SWITCH, AT(lock)},
	{"FSQ_MAX_TRIES", LIMIT, AT(max_tries)},
	{"FSQ_TTL", LIMIT, AT(ttl_s)},
	{"FSQ_EXEC_DIR", FOLDER, AT(exec_dir)},
};

enum {
	NVARIABLES = sizeof(variables) / sizeof(*variables)
};

/* Digits of the base and nothing else, at most max. */
static int parse(const char *text, unsigned base, uint64_t max, uint64_t *to)
{
	uint64_t number = 0;

	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		unsigned digit = (unsigned)(*text - '0');

		if (*text < '0' || digit >= base ||
			__builtin_mul_overflow(number, base, &number) ||
			__builtin_add_overflow(number, digit, &number) ||
			number > max)
			return -EINVAL;
	}
	*to = number;
	return 0;
}

/* Names are passed on as they are, which is right for these two alone. */
static bool known_charset(const char *value)
{
	static const char *const known[] = {
		"utf8", "utf-8", "utf_8", "u8", "ascii", "us-ascii"};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (!strcasecmp(value, known[i]))
			return true;
	}
	return false;
}

static bool right_text(enum kind kind, const char *value)
{
	switch (kind) {
	case CHARSET:
		return known_charset(value);
	case ENTRY:
		return fsq_name_plain(value);
	case TEXT:
		return *value;
	default:
		return true;
	}
}

static int set_text(enum kind kind, const char *value, const char **to)
{
	if (!right_text(kind, value))
		return -EINVAL;
	*to = kind == OWNER && !*value ? NULL : value;
	return 0;
}

static int set_character(const char *value, char *to)
{
	if (!*value || value[1] || *value == '/' || (unsigned char)*value > 127)
		return -EINVAL;
	*to = *value;
	return 0;
}

static int set_number(enum kind kind, const char *value, void *to)
{
	unsigned base = kind == MODE ? 8 : 10;
	uint64_t max = kind == MODE ? 07777 : kind == STATUS ? 255 : UINT32_MAX;
	uint64_t number;

	if (parse(value, base, max, &number))
		return -EINVAL;
	if (kind == SWITCH)
		*(bool *)to = number;
	else if (kind == LIMIT)
		*(uint64_t *)to = number;
	else
		*(unsigned *)to = (unsigned)number;
	return 0;
}

static int set(
	struct fsq_rules *rules, const struct variable *variable, const char *v)
{
	void *to = (char *)rules + variable->offset;

	switch (variable->kind) {
	case CHARACTER:
		return set_character(v, to);
	case MODE:
	case STATUS:
	case SWITCH:
	case LIMIT:
		return set_number(variable->kind, v, to);
	default:
		return set_text(variable->kind, v, to);
	}
}

static const struct variable *find(const char *name, size_t size)
{
	for (size_t i = 0; i < NVARIABLES; i++) {
		if (!strncmp(variables[i].name, name, size) &&
			!variables[i].name[size])
			return &variables[i];
	}
	return NULL;
}

int fsq_rules_set(
	struct fsq_rules *rules, const char *variable, const char *value)
{
	const struct variable *found = find(variable, strlen(variable));

	return found ? set(rules, found, value) : -ENOENT;
}

int fsq_rules_from_env(struct fsq_rules *rules, const char *const *environment,
	const char **bad)
{
	for (; *environment; environment++) {
		const char *equals = strchr(*environment, '=');
		const struct variable *found;

		if (!equals)
			continue;
		found = find(*environment, (size_t)(equals - *environment));
		if (found && set(rules, found, equals + 1)) {
			if (bad)
				*bad = *environment;
			return -EINVAL;
		}
	}
	return fsq_rules_check(rules, bad);
}

const char *fsq_rules_form(const char *variable)
{
	static const char *const forms[] = {
		[CHARSET] = "utf8 or ascii",
		[CHARACTER] = ("one ASCII character, no '/', and the "
			       "delimiter is not the escape"),
		[TEXT] = "one character or more",
		[ENTRY] = "a name of its own, without '/'",
		[OWNER] = "a name or a number",
		[FOLDER] = "a directory",
		[MODE] = "an octal number up to 7777",
		[STATUS] = "a number from 0 to 255",
		[SWITCH] = "0 or 1",
		[LIMIT] = "a number from 0 to 4294967295",
	};
	const struct variable *found = find(variable, strlen(variable));

	return found ? forms[found->kind] : "no setting";
}

static const char *entry_of(const struct fsq_rules *rules, size_t i)
{
	const char *const *at =
		(const void *)((const char *)rules + variables[i].offset);

	return variables[i].kind == ENTRY ? *at : NULL;
}

/* Another entry, before the i-th, with its name. */
static bool is_double(const struct fsq_rules *rules, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (entry_of(rules, j) &&
			!strcmp(entry_of(rules, i), entry_of(rules, j)))
			return true;
	}
	return false;
}

static int complain(const char **bad, const char *variable)
{
	if (bad)
		*bad = variable;
	return -EINVAL;
}

int fsq_rules_check(const struct fsq_rules *rules, const char **bad)
{
	if (fsq_grammar_check(&rules->grammar))
		return complain(bad, "FSQ_ENCODE");
	for (size_t i = 0; i < NVARIABLES; i++) {
		const char *entry = entry_of(rules, i);

		if (entry && (!fsq_name_plain(entry) || is_double(rules, i)))
			return complain(bad, variables[i].name);
	}
	return 0;
}

const char *fsq_rules_variable(size_t i)
{
	return i < NVARIABLES ? variables[i].name : NULL;
}

static int find_user(const char *user, uid_t *uid)
{
	struct passwd *found;
	uint64_t number;

	if (!parse(user, 10, (uid_t)-2, &number)) {
		*uid = (uid_t)number;
		return 0;
	}
	errno = 0;
	found = getpwnam(user);
	if (!found)
		return errno && errno != ESRCH ? -errno : -ENOENT;
	*uid = found->pw_uid;
	return 0;
}

static int find_group(const char *group, gid_t *gid)
{
	struct group *found;
	uint64_t number;

	if (!parse(group, 10, (gid_t)-2, &number)) {
		*gid = (gid_t)number;
		return 0;
	}
	errno = 0;
	found = getgrnam(group);
	if (!found)
		return errno && errno != ESRCH ? -errno : -ENOENT;
	*gid = found->gr_gid;
	return 0;
}

int fsq_owner_find(const char *user, const char *group, struct fsq_owner *owner)
{
	struct fsq_owner found = {(uid_t)-1, (gid_t)-1};
	int error = user ? find_user(user, &found.uid) : 0;

	if (!error && group)
		error = find_group(group, &found.gid);
	if (!error)
		*owner = found;
	return error;
}
