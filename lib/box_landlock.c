/*
 * Landlock: the process and its children may from now on use only the files
 * that are named here. The kernel's header may be older than the kernel, so
 * what is used of it stands here.
 */
#include "lib/box_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	CREATE_RULESET = 444,
	ADD_RULE = 445,
	RESTRICT_SELF = 446,
	ASK_VERSION = 1,
	PATH_BENEATH = 1,
};

enum access {
	EXECUTE = 1 << 0,
	WRITE_FILE = 1 << 1,
	READ_FILE = 1 << 2,
	READ_FOLDER = 1 << 3,
	ALL_OF_1 = (1 << 13) - 1,
	REFER = 1 << 13, /* from version 2 on */
	TRUNCATE = 1 << 14, /* 3 */
	IOCTL = 1 << 15, /* 5 */
	READ = EXECUTE | READ_FILE | READ_FOLDER,
	OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL,
};

enum {
	BIND_AND_CONNECT = 3, /* from version 4 on */
	SCOPE_SOCKETS_AND_SIGNALS = 3, /* 6 */
};

/* As in linux/landlock.h. */
struct ruleset {
	uint64_t files, network, scope;
};

struct beneath {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

static struct ruleset what_is_handled(long version)
{
	struct ruleset set = {.files = ALL_OF_1};

	set.files |= version >= 2 ? REFER : 0;
	set.files |= version >= 3 ? TRUNCATE : 0;
	set.files |= version >= 5 ? IOCTL : 0;
	set.network = version >= 4 ? BIND_AND_CONNECT : 0;
	set.scope = version >= 6 ? SCOPE_SOCKETS_AND_SIGNALS : 0;
	return set;
}

/* What is not there need not be allowed. */
static void allow(int set, const char *path, uint64_t access)
{
	struct beneath rule = {.allowed = access};
	struct stat st;

	rule.fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.fd < 0)
		return;
	if (fstat(rule.fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed &= OF_A_FILE;
	syscall(ADD_RULE, set, PATH_BENEATH, &rule, 0);
	close(rule.fd);
}

static void allow_places(
	const struct box_plan *plan, int set, uint64_t everything)
{
	const struct box_place *places = plan->options->places;
	bool own = !(plan->missing & BOX_FILES);

	for (unsigned i = 0; box_system_places[i]; i++)
		allow(set, box_system_places[i], READ);
	for (unsigned i = 0; i < BOX_MOST_PLACES && places[i].path; i++)
		allow(set, places[i].path,
			places[i].access == BOX_WRITE ? everything : READ);
	allow(set, "/dev/null", (READ | WRITE_FILE | TRUNCATE) & everything);
	allow(set, "/dev/urandom", READ);
	allow(set, own ? "/proc" : "/proc/self", READ);
	if (own)
		allow(set, "/tmp", everything);
}

int box_landlock(struct box_plan *plan)
{
	long version = syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
	struct ruleset handled;
	int set, error = 0;

	if (version < 1)
		return -ENOSYS;
	handled = what_is_handled(version);
	set = (int)syscall(CREATE_RULESET, &handled,
		version < 4   ? sizeof(uint64_t)
		: version < 6 ? 2 * sizeof(uint64_t)
			      : sizeof(handled),
		0);
	if (set < 0)
		return -errno;
	allow_places(plan, set, handled.files);
	if (syscall(RESTRICT_SELF, set, 0) < 0)
		error = -errno;
	close(set);
	plan->scoped = !error && handled.scope;
	return error;
}
