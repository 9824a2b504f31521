/*
 * fsq_rules - what is agreed upon about queues: names, modes, limits, statuses
 *
 * The settings are those of FSQ, with the names of its environment variables
 * (FSQ_DELIMITER sets delimiter, and so on) and its defaults. Everyone who
 * uses a queue has to have the same ones.
 *
 * The last few are ours. Work is durable unless `fast` is set: then nothing is
 * synced, enqueue returns as soon as the item has its name, and a power cut
 * may lose items, make them empty or run them again. A crash of processes
 * alone loses nothing either way.
 *
 * Threads:  any, but for fsq_owner_find, and so fsq_open and fsq_install:
 *           one at a time, since the user database is.
 * Blocking: never, but for fsq_owner_find, which may ask a name service.
 * Memory:   strings are not copied: what was given must live on, as the
 *           environment and argv do.
 */
#ifndef LIB_FSQ_RULES_H
#define LIB_FSQ_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/fsq_name.h"

struct fsq_rules {
	struct fsq_grammar grammar; /* FSQ_DELIMITER, FSQ_ENCODE, FSQ_TIMEFMT */
	const char *charset; /* UTF-8 by any of its names, or ASCII */

	const char *root; /* the directory of all queues */
	const char *queue, *done, *fail, *tmp; /* directories of a queue */
	const char *down, *trigger, *hosts, *hosts_trigger; /* its entries */

	const char *item_user, *item_group; /* name or number; NULL: leave */
	const char *queue_user, *queue_group;
	unsigned item_mode, queue_mode;

	unsigned success, fail_tmp, fail_perm; /* exit statuses of a program */
	bool use_trigger; /* make a FIFO at install, pull it at enqueue */
	bool lock;
	uint64_t max_tries; /* 0: no limit */
	uint64_t ttl_s; /* 0: none */
	const char *exec_dir; /* programs are looked for here; "": in PATH */

	bool fast; /* sync nothing */
	bool named_tmp; /* write into a file with a name in tmp/, as FSQ does,
			 * where a nameless one would do */
};

extern const struct fsq_rules fsq_rules_default;

/*
 * Change the setting with the name of an environment variable. An empty user,
 * group or exec_dir is as if it were not set. Returns 0; -ENOENT: there is no
 * such setting; -EINVAL: not a value for it.
 */
int fsq_rules_set(
	struct fsq_rules *rules, const char *variable, const char *value);

/*
 * Take all settings from an environment, which is an array of "NAME=value"
 * with NULL at its end; what is no setting of ours is left alone. Returns as
 * fsq_rules_check; *bad, if not NULL, then is the variable that is wrong, as
 * it stands there or by name.
 */
int fsq_rules_from_env(struct fsq_rules *rules, const char *const *environment,
	const char **bad);

/*
 * Do the settings agree with one another? Returns 0; -EINVAL: delimiter and
 * escape are the same or unfit, a name is not plain, two entries have one
 * name; *bad names a variable.
 */
int fsq_rules_check(const struct fsq_rules *rules, const char **bad);

/* What a variable may be, in words such as "an octal number up to 7777". */
const char *fsq_rules_form(const char *variable);

/* The names of all variables, in the order of the manual; NULL at the end. */
const char *fsq_rules_variable(size_t i);

/* Whom files belong to; (uid_t)-1 and (gid_t)-1: leave as they are. */
struct fsq_owner {
	uid_t uid;
	gid_t gid;
};

/*
 * Names or decimal numbers; NULL for either leaves it. Returns 0; -ENOENT:
 * there is no such user or group; other errors of the user database.
 */
int fsq_owner_find(
	const char *user, const char *group, struct fsq_owner *owner);

#endif
