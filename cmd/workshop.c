#include "cmd/workshop.h"

#include "cmd/config.h"
#include "cmd/exit.h"
#include "cmd/msg.h"
#include "cmd/savefile.h"
#include "cmd/text.h"
#include "lib/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define STATE ".conc-lessons"

enum {
	KEY_SIZE = 80,
};

static const char new_state[] =
	"# What is done in this workshop. See 'conc lesson progress'.\n"
	"version = 1\n";
_Static_assert(WORKSHOP_VERSION == 1, "new_state says which");

static bool join(char out[PATH_MAX], const char *folder, const char *name)
{
	return snprintf(out, PATH_MAX, "%s/%s", folder, name) < PATH_MAX;
}

static int refuse(const char *path, const char *what, int error)
{
	msg_error("cannot %s %s: %s", what, text_quote(path).text,
		strerror(-error));
	msg_hint("try 'conc lesson start DIR' with a directory of your own");
	return EXIT_REFUSED;
}

static int refuse_version(const char *where, const char *value)
{
	msg_error("%s: version %s is from a later conc; this one knows %d",
		where, text_quote(value).text, WORKSHOP_VERSION);
	msg_hint("use that conc, or begin anew: 'conc lesson start DIR'");
	return EXIT_REFUSED;
}

static bool is_later(const char *version)
{
	return version && strtoul(version, NULL, 10) > WORKSHOP_VERSION;
}

/* The state, anew: another runner may have changed it. */
static int read_state(struct workshop *workshop)
{
	struct keyfile *state = &workshop->state;
	char path[PATH_MAX];
	int code;

	if (!join(path, workshop->folder, STATE))
		return refuse(workshop->folder, "use", -ENAMETOOLONG);
	keyfile_free(state);
	code = keyfile_read(state, path);
	if (!code && is_later(keyfile_get(state, "version")))
		return refuse_version(path, keyfile_get(state, "version"));
	if (!code && !state->length)
		code = keyfile_parse(state, path, new_state, strlen(new_state));
	return code;
}

static int write_state(const struct workshop *workshop)
{
	char path[PATH_MAX];

	return join(path, workshop->folder, STATE)
		       ? keyfile_write(&workshop->state, path)
		       : -ENAMETOOLONG;
}

static int open_folder(struct workshop *workshop, const char *folder)
{
	*workshop = (struct workshop){.fd = -1};
	if (!realpath(folder, workshop->folder))
		return refuse(folder, "use", -errno);
	workshop->fd = open(
		workshop->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (workshop->fd < 0)
		return refuse(folder, "use", -errno);
	return 0;
}

static bool is_workshop(const char *folder)
{
	char path[PATH_MAX];

	return join(path, folder, STATE) && access(path, F_OK) == 0;
}

/* The working directory, or one that it is in. */
static bool find_around(char folder[PATH_MAX])
{
	char *slash;

	if (!getcwd(folder, PATH_MAX))
		return false;
	while (!is_workshop(folder)) {
		slash = strrchr(folder, '/');
		if (!slash || !folder[1])
			return false;
		slash[slash == folder] = '\0';
	}
	return true;
}

bool workshop_memory(char path[PATH_MAX], const char *name, bool make)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	int n;

	if (state && *state == '/')
		n = snprintf(path, PATH_MAX, "%s", state);
	else if (home && *home == '/')
		n = snprintf(path, PATH_MAX, "%s/.local/state", home);
	else
		return false;
	if (n < 0 || n > PATH_MAX - 20)
		return false;
	strcat(path, "/conc");
	if (make)
		folder_make(path, 0700);
	strcat(path, "/");
	strcat(path, name);
	return true;
}

/* The one that was used last. Nothing depends on its being remembered. */
static bool recall(char folder[PATH_MAX])
{
	char path[PATH_MAX];
	FILE *in = workshop_memory(path, "workshop", false) ? fopen(path, "re")
							    : NULL;
	bool good;

	if (!in)
		return false;
	good = fgets(folder, PATH_MAX, in) != NULL;
	fclose(in);
	if (good)
		folder[strcspn(folder, "\n")] = '\0';
	return good && is_workshop(folder);
}

static void remember(const char *folder)
{
	char path[PATH_MAX];
	struct savefile file;

	if (!workshop_memory(path, "workshop", true) ||
		savefile_open(&file, path) < 0)
		return;
	fprintf(file.out, "%s\n", folder);
	savefile_close(&file);
}

static int refuse_none(void)
{
	msg_error("there is no workshop here yet");
	msg_hint("try 'conc lesson start'");
	return EXIT_REFUSED;
}

static int refuse_folder(const char *folder)
{
	msg_error("%s is no workshop", text_quote(folder).text);
	msg_hint("try 'conc lesson start %s'", text_quote(folder).text);
	return EXIT_REFUSED;
}

int workshop_open(struct workshop *workshop, const char *named)
{
	char folder[PATH_MAX];
	int code;

	if (named && !is_workshop(named))
		return refuse_folder(named);
	if (!named && !find_around(folder) && !recall(folder))
		return refuse_none();
	code = open_folder(workshop, named ? named : folder);
	if (code)
		return code;
	code = read_state(workshop);
	if (code)
		workshop_close(workshop);
	return code;
}

int workshop_create(struct workshop *workshop, const char *folder)
{
	int error = folder_make(folder, 0777), code;

	if (error)
		return refuse(folder, "make", error);
	code = open_folder(workshop, folder);
	if (code)
		return code;
	flock(workshop->fd, LOCK_EX);
	code = read_state(workshop);
	error = code ? 0 : write_state(workshop);
	flock(workshop->fd, LOCK_UN);
	if (error)
		code = refuse(folder, "write in", error);
	if (code)
		workshop_close(workshop);
	else
		remember(workshop->folder);
	return code;
}

void workshop_close(struct workshop *workshop)
{
	if (workshop->fd >= 0)
		close(workshop->fd);
	keyfile_free(&workshop->state);
	*workshop = (struct workshop){.fd = -1};
}

static void join_key(char out[KEY_SIZE], const char *key, const char *slug)
{
	snprintf(out, KEY_SIZE, "%s%s%s", key, slug ? "." : "",
		slug ? slug : "");
}

const char *workshop_get(
	const struct workshop *workshop, const char *key, const char *slug)
{
	char whole[KEY_SIZE];

	join_key(whole, key, slug);
	return keyfile_get(&workshop->state, whole);
}

unsigned workshop_count(
	const struct workshop *workshop, const char *key, const char *slug)
{
	const char *value = workshop_get(workshop, key, slug);

	return value ? (unsigned)strtoul(value, NULL, 10) : 0;
}

static void warn_unsaved(const struct workshop *workshop, int error)
{
	static bool warned;

	if (!warned)
		msg_warning("cannot save the progress in %s: %s",
			text_quote(workshop->folder).text, strerror(-error));
	warned = true;
}

/* The state as it is on disk now, with one line changed. */
static void change(
	struct workshop *workshop, const char *key, const char *value, bool add)
{
	char more[20];
	int error;

	flock(workshop->fd, LOCK_EX);
	if (read_state(workshop) == 0) {
		if (add)
			snprintf(more, sizeof(more), "%u",
				workshop_count(workshop, key, NULL) + 1);
		error = keyfile_set(&workshop->state, key, add ? more : value);
		if (!error)
			error = write_state(workshop);
		if (error)
			warn_unsaved(workshop, error);
	}
	flock(workshop->fd, LOCK_UN);
}

void workshop_set(struct workshop *workshop, const char *key, const char *slug,
	const char *value)
{
	char whole[KEY_SIZE];

	join_key(whole, key, slug);
	change(workshop, whole, value, false);
}

void workshop_add(struct workshop *workshop, const char *key, const char *slug)
{
	char whole[KEY_SIZE];

	join_key(whole, key, slug);
	change(workshop, whole, NULL, true);
}

bool workshop_path(const struct workshop *workshop, const char *slug,
	const char *file, char path[PATH_MAX])
{
	return snprintf(path, PATH_MAX, "%s/%s/%s", workshop->folder, slug,
		       file) < PATH_MAX;
}
