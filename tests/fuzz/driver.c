/*
 * driver - feed a fuzz entry where clang's libFuzzer is not at hand
 *
 * Takes the arguments of libFuzzer that we use: -runs=N -seed=N -max_len=N
 * -artifact_prefix=P and files or folders of inputs. Each given input is run
 * as it is; then N more are made from them by flips, insertions, deletions,
 * repetitions and grafts. An input that crashes, or takes more than two
 * seconds, is left in a file, which run again gives the same end.
 */
#include "lib/rng.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	MAX_INPUTS = 4096,
	MAX_LEN = 1 << 16,
	MAX_RSS_KB = 256 * 1024
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	uint8_t *data;
	size_t size;
};

static struct input corpus[MAX_INPUTS];
static size_t ninputs;
static size_t max_len = 256;
static uint64_t runs = 20000;
static uint64_t seed = 1;
static char artifact[4096] = "crash-input";

/* The input that is being run, for the handler of a crash. */
static uint8_t current[MAX_LEN];
static size_t current_size;

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static void leave_input(int signal_number)
{
	static const char note[] = "the input that did this is left in ";
	int fd = open(artifact, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd >= 0 && write(fd, current, current_size) >= 0 &&
		write(STDERR_FILENO, note, sizeof(note) - 1) >= 0 &&
		write(STDERR_FILENO, artifact, strlen(artifact)) >= 0 &&
		write(STDERR_FILENO, "\n", 1) >= 0)
		close(fd);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static void run_current(void)
{
	uint8_t *exact = malloc(current_size ? current_size : 1);

	if (!exact)
		die("malloc");
	memcpy(exact, current, current_size);
	alarm(2);
	LLVMFuzzerTestOneInput(exact, current_size);
	alarm(0);
	free(exact);
}

static void load_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct input *in = &corpus[ninputs];

	if (!f)
		die(path);
	if (ninputs == MAX_INPUTS) {
		fclose(f);
		return;
	}
	current_size = fread(current, 1, sizeof(current), f);
	fclose(f);
	in->size = current_size;
	in->data = malloc(in->size ? in->size : 1);
	if (!in->data)
		die("malloc");
	memcpy(in->data, current, in->size);
	ninputs++;
}

static int name_order(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void load(const char *path)
{
	struct dirent **names;
	struct stat st;
	char inside[4096];
	int n;

	if (stat(path, &st))
		die(path);
	if (!S_ISDIR(st.st_mode)) {
		load_file(path);
		return;
	}
	n = scandir(path, &names, NULL, name_order);
	for (int i = 0; i < n; i++) {
		snprintf(inside, sizeof(inside), "%s/%s", path,
			names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			load_file(inside);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

static void insert(struct rng *rng, size_t at, const uint8_t *from, size_t n)
{
	if (n > max_len - current_size)
		n = max_len - current_size;
	memmove(current + at + n, current + at, current_size - at);
	for (size_t i = 0; i < n; i++)
		current[at + i] = from ? from[i] : (uint8_t)rng_next(rng);
	current_size += n;
}

static void graft(struct rng *rng, size_t at)
{
	const struct input *in = &corpus[rng_below(rng, ninputs)];
	size_t from = rng_below(rng, in->size + 1);

	insert(rng, at, in->data + from, rng_below(rng, in->size - from + 1));
}

static void repeat(struct rng *rng, size_t at)
{
	uint8_t copy[16];
	size_t n = rng_below(rng, sizeof(copy)) + 1;

	if (n > current_size - at)
		n = current_size - at;
	memcpy(copy, current + at, n);
	insert(rng, at, copy, n);
}

static void cut(struct rng *rng, size_t at)
{
	size_t n = rng_below(rng, current_size - at + 1);

	memmove(current + at, current + at + n, current_size - at - n);
	current_size -= n;
}

static void mutate(struct rng *rng)
{
	size_t at = rng_below(rng, current_size + 1);

	switch (rng_below(rng, 6)) {
	case 0:
		if (at < current_size)
			current[at] ^= 1 << rng_below(rng, 8);
		break;
	case 1:
		if (at < current_size)
			current[at] = ' ' + rng_below(rng, 95);
		break;
	case 2:
		insert(rng, at, NULL, rng_below(rng, 8) + 1);
		break;
	case 3:
		cut(rng, at);
		break;
	case 4:
		repeat(rng, at);
		break;
	default:
		graft(rng, at);
	}
}

static void make_input(struct rng *rng)
{
	const struct input *in = &corpus[rng_below(rng, ninputs)];

	current_size = in->size < max_len ? in->size : max_len;
	memcpy(current, in->data, current_size);
	for (uint64_t n = rng_below(rng, 8) + 1; n; n--)
		mutate(rng);
}

static void run_corpus(void)
{
	for (size_t i = 0; i < ninputs; i++) {
		current_size = corpus[i].size;
		memcpy(current, corpus[i].data, current_size);
		run_current();
	}
}

static void take_argument(const char *arg)
{
	unsigned long long n;

	if (sscanf(arg, "-runs=%llu", &n) == 1)
		runs = n;
	else if (sscanf(arg, "-seed=%llu", &n) == 1)
		seed = n;
	else if (sscanf(arg, "-max_len=%llu", &n) == 1)
		max_len = n < MAX_LEN ? n : MAX_LEN;
	else if (!strncmp(arg, "-artifact_prefix=", 17))
		snprintf(artifact, sizeof(artifact), "%scrash", arg + 17);
	else if (arg[0] != '-')
		load(arg);
}

static int check_memory(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	printf("peak memory %ld KiB of %d\n", usage.ru_maxrss, MAX_RSS_KB);
	return usage.ru_maxrss <= MAX_RSS_KB ? 0 : 1;
}

int main(int argc, char **argv)
{
	static const int crashes[] = {
		SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM};
	static uint8_t nothing;
	struct rng rng;

	for (size_t i = 0; i < sizeof(crashes) / sizeof(*crashes); i++)
		signal(crashes[i], leave_input);
	for (int i = 1; i < argc; i++)
		take_argument(argv[i]);
	run_corpus();
	printf("%zu inputs of the corpus passed\n", ninputs);
	if (!ninputs)
		corpus[ninputs++].data = &nothing;
	rng_init(&rng, seed);
	for (uint64_t i = 0; i < runs; i++) {
		make_input(&rng);
		run_current();
	}
	printf("%llu more inputs passed, seed %llu\n", (unsigned long long)runs,
		(unsigned long long)seed);
	return check_memory();
}
