/*
 * conc gen many: how many generators can be alive, and what each weighs.
 */
#include "cmd/exit.h"
#include "cmd/gen.h"
#include "cmd/msg.h"
#include "lib/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct crowd {
	struct stack_pool *pool;
	struct gen **gens;
	uint64_t nalive;
	uint64_t created_ns, resumed_ns;
	uint64_t bytes; /* resident, of all */
};

static const char *const guard_names[] = {
	[STACK_GUARD_BEST] = "madvise",
	[STACK_GUARD_MPROTECT] = "mprotect",
	[STACK_GUARD_NONE] = "none",
};

static uint64_t resident_bytes(void)
{
	unsigned long total, resident = 0;
	FILE *statm = fopen("/proc/self/statm", "re");

	if (!statm)
		return 0;
	if (fscanf(statm, "%lu %lu", &total, &resident) != 2)
		resident = 0;
	fclose(statm);
	return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Returns 0, or why there is no more than crowd->nalive of them. */
static int gather(struct crowd *crowd, uint64_t wanted)
{
	uint64_t before = resident_bytes(), start = clock_now();
	int status = 0;

	while (crowd->nalive < wanted && status == 0) {
		struct gen **gen = &crowd->gens[crowd->nalive];

		status = gen_create(
			crowd->pool, "one of many", gen_count, NULL, gen);
		if (status == 0) {
			crowd->nalive++;
			gen_next(*gen, NULL);
		}
	}
	crowd->created_ns = clock_now() - start;
	crowd->bytes = resident_bytes() - before;
	return status;
}

static void resume_all(struct crowd *crowd)
{
	uint64_t start = clock_now();

	for (uint64_t i = 0; i < crowd->nalive; i++)
		gen_next(crowd->gens[i], NULL);
	crowd->resumed_ns = clock_now() - start;
}

static void disperse(struct crowd *crowd)
{
	for (uint64_t i = 0; i < crowd->nalive; i++)
		gen_destroy(crowd->gens[i]);
}

/* What the system says that no more are to be had. */
static const char *limit_of(int status)
{
	return status == -EAGAIN
		       ? "vm.max_map_count: a guard by mprotect takes two "
			 "mappings of the process"
		       : "memory or address space";
}

static void tell(const struct crowd *crowd, struct report *report)
{
	uint64_t n = crowd->nalive ? crowd->nalive : 1;

	report_count(report, "alive", "alive", crowd->nalive);
	report_say(report, "guards", "guards",
		guard_names[stack_pool_guard(crowd->pool)]);
	report_count(report, "bytes_each", "bytes each", crowd->bytes / n);
	report_time(report, "created", "made and begun in", crowd->created_ns);
	report_time(report, "resumed", "resumed once in", crowd->resumed_ns);
}

static int tell_limit(const struct crowd *crowd, uint64_t wanted, int status,
	struct report *report)
{
	report_count(report, "wanted", "wanted", wanted);
	report_say(report, "limit", "limit", limit_of(status));
	msg_error("%llu of %llu generators, then: %s",
		(unsigned long long)crowd->nalive, (unsigned long long)wanted,
		limit_of(status));
	msg_hint("try 'conc gen many --live %llu', or --guard none",
		(unsigned long long)crowd->nalive);
	return EXIT_REFUSED;
}

int gen_many(const struct gen_options *options, struct report *report)
{
	const struct stack_rules rules = {.guard = options->guard};
	struct crowd crowd = {
		.gens = calloc(options->live, sizeof(*crowd.gens))};
	int status, code = EXIT_GOOD;

	if (!crowd.gens)
		return -ENOMEM;
	status = stack_pool_create(&rules, &crowd.pool);
	if (status < 0) {
		free(crowd.gens);
		return status;
	}
	status = gather(&crowd, options->live);
	resume_all(&crowd);
	tell(&crowd, report);
	if (status < 0)
		code = tell_limit(&crowd, options->live, status, report);
	else
		report_explain(report,
			"Each has a stack of 64 KiB, of which it has touched "
			"a page: that, and a struct, is what it weighs.",
			"Below each stack lies a guard: who needs more dies "
			"of it, with its name, and harms no other.");
	disperse(&crowd);
	stack_pool_destroy(crowd.pool);
	free(crowd.gens);
	return code;
}
