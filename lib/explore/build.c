#include "lib/explore/build.h"

#include "lib/explore/build_impl.h"
#include "lib/explore/copies.h"
#include "lib/explore/embedded.h"
#include "lib/explore/margin.h"
#include "lib/explore/tool.h"
#include "lib/folder.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	MAX_ARGUMENTS = BUILD_MAX_FILES + BUILD_MAX_FLAGS + 32
};

struct arguments {
	const char *list[MAX_ARGUMENTS + 1];
	unsigned n;
};

static void add(struct arguments *arguments, const char *argument)
{
	if (arguments->n < MAX_ARGUMENTS)
		arguments->list[arguments->n++] = argument;
}

static uint32_t hash_bytes(uint32_t hash, const char *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ (unsigned char)data[i]) * 16777619U;
	return hash;
}

static int hash_file(const char *path, uint32_t *hash)
{
	char data[4096];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	while ((n = read(fd, data, sizeof(data))) != 0) {
		if (n < 0 && errno != EINTR) {
			n = -errno;
			close(fd);
			return (int)n;
		}
		if (n > 0)
			*hash = hash_bytes(*hash, data, (size_t)n);
	}
	close(fd);
	return 0;
}

int build_hash(
	const struct build_options *options, uint32_t *result, unsigned *which)
{
	uint32_t hash = 2166136261U;

	for (unsigned i = 0; i < options->nfiles; i++) {
		int error = hash_file(options->files[i], &hash);

		*which = i;
		if (error)
			return error;
	}
	for (unsigned i = 0; i < options->nflags; i++)
		hash = hash_bytes(
			hash, options->flags[i], strlen(options->flags[i]) + 1);
	if (options->invariant)
		hash = hash_bytes(hash, options->invariant,
			strlen(options->invariant) + 1);
	if (options->at_rest)
		hash = hash_bytes(hash, "at rest", sizeof("at rest"));
	*result = hash;
	return 0;
}

static int write_file(
	const char *path, const unsigned char *from, const unsigned char *to)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	int error = 0;

	if (fd < 0)
		return -errno;
	while (from < to) {
		ssize_t n = write(fd, from, (size_t)(to - from));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			error = -errno;
			break;
		}
		from += n;
	}
	close(fd);
	return error;
}

static void path_in(char *path, const struct build *build, const char *name)
{
	snprintf(path, BUILD_PATH_SIZE, "%.*s/%s", BUILD_PATH_SIZE - 40,
		build->folder, name);
}

static void numbered_path(
	char *path, const struct build *build, unsigned i, const char *suffix)
{
	char name[32];

	snprintf(name, sizeof(name), "%u.%s", i, suffix);
	path_in(path, build, name);
}

static void object_path(char *path, const struct build *build, unsigned i)
{
	numbered_path(path, build, i, "o");
}

static bool is_clang(const char *compiler)
{
	char version[256];
	const char *const argv[] = {compiler, "--version", NULL};

	return tool_ask(argv, version, sizeof(version)) == 0 &&
	       strstr(version, "clang");
}

static const char *const optimise_flags[BUILD_MAX_OPTIMISE + 1] = {
	"-O0", "-O1", "-O2", "-O3", "-O4", "-O5", "-O6", "-O7", "-O8", "-O9"};

/*
 * -fno-builtin: an inlined strcpy has no hooks. Clang drops the read of x++
 * unless told not to, and leaves out the table by which libdw finds a line.
 */
static void add_compile_flags(
	struct arguments *arguments, const struct build_options *options)
{
	static const char *const flags[] = {"-g", "-fsanitize=thread",
		"-fno-builtin", "-fdata-sections", "-fno-pie",
		"-fno-omit-frame-pointer", "-Wall", "-U_FORTIFY_SOURCE", NULL};

	add(arguments, options->compiler);
	add(arguments, optimise_flags[options->optimise]);
	if (options->native) {
		add(arguments, "-g");
		add(arguments, "-Wall");
		return;
	}
	for (int i = 0; flags[i]; i++)
		add(arguments, flags[i]);
	if (is_clang(options->compiler)) {
		add(arguments, "-mllvm");
		add(arguments, "-tsan-instrument-read-before-write=1");
		add(arguments, "-gdwarf-4");
		add(arguments, "-gdwarf-aranges");
	}
}

bool build_is_object(const char *file)
{
	size_t n = strlen(file);

	return n > 2 &&
	       (!strcmp(file + n - 2, ".o") || !strcmp(file + n - 2, ".a"));
}

static bool is_library(const char *flag)
{
	return !strncmp(flag, "-l", 2) || !strncmp(flag, "-L", 2);
}

static int add_source(struct arguments *arguments, char *path,
	const struct build_options *options, const struct build *build,
	unsigned i)
{
	if (i > 0 || !options->invariant) {
		add(arguments, options->files[i]);
		return 0;
	}
	path_in(path, build, "invariant.c");
	add(arguments, "-include");
	add(arguments, options->files[i]);
	add(arguments, path);
	return build_write_invariant(path, options->invariant);
}

static int run_tool(const struct build_options *options,
	const struct build *build, const char *const argv[])
{
	return options->box ? tool_run_boxed(argv, options->box, build->folder)
			    : tool_run(argv, build->folder);
}

static int compile_to(const char *path, const char *how,
	const struct build_options *options, const struct build *build,
	unsigned i)
{
	struct arguments arguments = {.n = 0};
	char invariant[BUILD_PATH_SIZE];
	int status;

	add_compile_flags(&arguments, options);
	for (unsigned k = 0; k < options->nflags; k++) {
		if (!is_library(options->flags[k]))
			add(&arguments, options->flags[k]);
	}
	add(&arguments, how);
	add(&arguments, "-o");
	add(&arguments, path);
	status = add_source(&arguments, invariant, options, build, i);
	if (status)
		return status;
	status = run_tool(options, build, arguments.list);
	if (status == -ENOENT || status == 127)
		return BUILD_NO_COMPILER;
	if (status > 0)
		return i == 0 && options->invariant ? BUILD_BAD_INVARIANT
						    : BUILD_DOES_NOT_COMPILE;
	return status;
}

/* By way of its assembly: see copies.h. */
static int compile_by_gcc(const char *object,
	const struct build_options *options, const struct build *build,
	unsigned i)
{
	char assembly[BUILD_PATH_SIZE];
	const char *const argv[] = {
		options->compiler, "-c", "-o", object, assembly, NULL};
	int status;

	numbered_path(assembly, build, i, "s");
	status = compile_to(assembly, "-S", options, build, i);
	if (!status)
		status = copies_mark(assembly);
	if (status)
		return status;
	status = run_tool(options, build, argv);
	return status > 0 ? BUILD_DOES_NOT_COMPILE : status;
}

static int compile(const struct build_options *options,
	const struct build *build, unsigned i)
{
	char object[BUILD_PATH_SIZE];
	int status;

	object_path(object, build, i);
	if (options->native || is_clang(options->compiler))
		status = compile_to(object, "-c", options, build, i);
	else
		status = compile_by_gcc(object, options, build, i);
	return status || options->native ? status : margin_widen(object);
}

/* Another's object is left alone: the copy is changed. */
static int rename_symbols(const struct build_options *options,
	const struct build *build, unsigned i)
{
	char object[BUILD_PATH_SIZE], names[BUILD_PATH_SIZE];
	char flag[BUILD_PATH_SIZE + 20];
	const char *const argv[] = {"objcopy", flag,
		build_is_object(options->files[i]) ? options->files[i] : object,
		object, NULL};
	int status;

	object_path(object, build, i);
	path_in(names, build, "names");
	snprintf(flag, sizeof(flag), "--redefine-syms=%s", names);
	status = run_tool(options, build, argv);
	if (status == -ENOENT || status == 127)
		return BUILD_NO_OBJCOPY;
	return status > 0 ? BUILD_DOES_NOT_LINK : status;
}

static int link_program(
	const struct build_options *options, const struct build *build)
{
	static char objects[BUILD_MAX_FILES][BUILD_PATH_SIZE];
	char runtime[BUILD_PATH_SIZE];
	struct arguments arguments = {.n = 0};
	int status;

	path_in(runtime, build, "runtime.o");
	add(&arguments, options->compiler);
	add(&arguments, "-no-pie");
	add(&arguments, "-o");
	add(&arguments, build->program);
	for (unsigned i = 0; i < options->nfiles; i++) {
		object_path(objects[i], build, i);
		add(&arguments, objects[i]);
	}
	if (!options->native)
		add(&arguments, runtime);
	for (unsigned i = 0; i < options->nflags; i++) {
		if (is_library(options->flags[i]))
			add(&arguments, options->flags[i]);
	}
	add(&arguments, "-pthread");
	status = run_tool(options, build, arguments.list);
	return status > 0 ? BUILD_DOES_NOT_LINK : status;
}

static int make_folder(struct build *build)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(build->folder, sizeof(build->folder), "%.400s/conc.XXXXXX",
		tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(build->folder)) {
		build->folder[0] = '\0';
		return -errno;
	}
	return 0;
}

static int prepare(struct build *build, const struct box_options *box)
{
	char path[BUILD_PATH_SIZE];
	int error = make_folder(build);

	if (error)
		return error;
	path_in(build->program, build, "program");
	path_in(path, build, "runtime.o");
	error = write_file(path, embedded_runtime, embedded_runtime_end);
	if (!error && box)
		error = box_give(build->folder);
	path_in(path, build, "names");
	return error ? error
		     : write_file(path, embedded_names, embedded_names_end);
}

static void look_at_calls(
	const struct build_options *options, struct build *build)
{
	static char paths[BUILD_MAX_FILES][BUILD_PATH_SIZE];
	const char *objects[BUILD_MAX_FILES];

	for (unsigned i = 0; i < options->nfiles; i++) {
		object_path(paths[i], build, i);
		objects[i] = paths[i];
	}
	calls_look(objects, options->nfiles, &build->calls);
}

/* Several processes stop at their calls, not at what they do to memory. */
static int compile_plainly(
	const struct build_options *options, struct build *build)
{
	struct arguments arguments = {.n = 0};
	char level[] = {'-', 'O', (char)('0' + options->optimise), '\0'};
	int error = make_folder(build), status;

	if (!error && options->box)
		error = box_give(build->folder);
	if (error)
		return error;
	path_in(build->program, build, "program");
	add(&arguments, options->compiler);
	add(&arguments, "-g");
	add(&arguments, "-fno-omit-frame-pointer");
	add(&arguments, level);
	add(&arguments, "-o");
	add(&arguments, build->program);
	for (unsigned i = 0; i < options->nfiles; i++)
		add(&arguments, options->files[i]);
	for (unsigned i = 0; i < options->nflags; i++)
		add(&arguments, options->flags[i]);
	status = run_tool(options, build, arguments.list);
	if (status == -ENOENT || status == 127)
		return BUILD_NO_COMPILER;
	return status > 0 ? BUILD_DOES_NOT_COMPILE : status;
}

static int add_shim(struct build *build)
{
	path_in(build->preload, build, "shim.so");
	return write_file(build->preload, embedded_shim, embedded_shim_end);
}

static void find_margins(
	const struct build_options *options, struct build *build)
{
	char object[BUILD_PATH_SIZE];

	for (unsigned i = 0; i < options->nfiles; i++) {
		if (build_is_object(options->files[i]))
			continue;
		object_path(object, build, i);
		build->nmargins += margin_find(object, build->program,
			build->margins + build->nmargins,
			WIRE_MAX_MARGINS - build->nmargins);
	}
}

/* Of an archive (x.a), what is not needed is left out. */
static int check_mains(const struct build_options *options, unsigned nmains)
{
	bool archives = false;

	for (unsigned i = 0; i < options->nfiles; i++) {
		const char *dot = strrchr(options->files[i], '.');

		archives |= dot && !strcmp(dot, ".a");
	}
	if (nmains == 0)
		return BUILD_NO_MAIN;
	return nmains > 1 && !archives ? BUILD_TWO_MAINS : 0;
}

static int make(const struct build_options *options, struct build *build)
{
	int status = prepare(build, options->box);

	for (unsigned i = 0; status == 0 && i < options->nfiles; i++) {
		if (!build_is_object(options->files[i]))
			status = compile(options, build, i);
		if (status == 0 && !options->native)
			status = rename_symbols(options, build, i);
	}
	if (status == 0)
		look_at_calls(options, build);
	if (status == 0 && !options->native)
		status = check_mains(options, build->calls.nmains);
	if (status == 0)
		status = link_program(options, build);
	if (status == 0 && !options->native)
		find_margins(options, build);
	return status;
}

/*
 * Under the name of the sanitizer's library, since whoever looks for that one
 * is to find ours.
 */
static int take_binary(const struct build_options *options, struct build *build)
{
	struct binary binary;
	char *absolute;
	int error = binary_look(options->files[0], &binary);

	if (error > 0)
		return BUILD_NO_BINARY + error;
	if (!error)
		error = make_folder(build);
	if (error)
		return error;
	absolute = realpath(options->files[0], NULL);
	snprintf(build->program, sizeof(build->program), "%s",
		absolute ? absolute : options->files[0]);
	free(absolute);
	if (options->processes)
		return 0;
	build->unseen = !binary.seen;
	path_in(build->preload, build,
		binary.seen ? binary.sanitizer : "preload.so");
	return write_file(
		build->preload, embedded_preload, embedded_preload_end);
}

int build_make(const struct build_options *options, struct build *result)
{
	unsigned which;
	int status;

	*result = (struct build){.folder = ""};
	status = build_hash(options, &result->hash, &which);
	if (status)
		return status;
	result->calls = (struct calls){0};
	status = options->binary      ? take_binary(options, result)
		 : options->processes ? compile_plainly(options, result)
				      : make(options, result);
	if (!status && options->processes)
		status = add_shim(result);
	if (status)
		build_remove(result);
	return status;
}

/* All that is there: a tool that was interrupted leaves files of its own. */
void build_remove(struct build *build)
{
	if (!build->folder[0])
		return;
	folder_remove(build->folder);
	build->folder[0] = '\0';
}
