/* What went wrong, and the end of the execution in which it did. */
#include "lib/explore/runtime/rt.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* To be used inside one call: thread_name(id).text */
struct thread_name thread_name(unsigned id)
{
	struct thread_name name = {"main"};

	if (id)
		snprintf(name.text, sizeof(name.text), "T%u", id % MAX_THREADS);
	return name;
}

struct party party_of(const struct thread *thread, enum op_kind op, uint64_t pc)
{
	struct party party = {
		.thread = (uint16_t)thread->id,
		.op = (uint8_t)op,
		.pc = pc,
		.object = thread->pending.object,
		.nheld = thread->nheld < WIRE_MAX_HELD ? thread->nheld
						       : WIRE_MAX_HELD,
		.way = trace_way(thread),
	};

	memcpy(party.held, thread->held, party.nheld * sizeof(party.held[0]));
	return party;
}

/* The leaks of one place are one, and the largest stands for them. */
static bool same(const struct finding *a, const struct finding *b)
{
	if (a->kind == FOUND_LEAK && b->kind == FOUND_LEAK)
		return a->first.pc == b->first.pc;
	return a->kind == b->kind && a->code == b->code &&
	       a->first.pc == b->first.pc && a->second.pc == b->second.pc &&
	       !strcmp(a->text, b->text);
}

/* Seen before: who did it this time is what an execution can show. */
static struct finding *renew(struct finding *old, const struct finding *finding)
{
	uint64_t execution = old->execution;

	if (old->kind == FOUND_LEAK && old->code > finding->code)
		return old;
	*old = *finding;
	old->execution = execution;
	return old;
}

/* Returns the one that stands for it; NULL when there are too many. */
struct finding *finding_add(const struct finding *finding)
{
	struct wire *wire = rt->wire;

	for (uint32_t i = 0; i < wire->nfindings; i++) {
		if (same(&wire->findings[i], finding))
			return renew(&wire->findings[i], finding);
	}
	if (wire->nfindings == WIRE_MAX_FINDINGS)
		return NULL;
	wire->findings[wire->nfindings] = *finding;
	return &wire->findings[wire->nfindings++];
}

/* Of the thread that runs, with the text still to be written. */
struct finding finding_of(enum finding_kind kind, uint64_t pc)
{
	return (struct finding){
		.kind = (uint8_t)kind,
		.spurious = (uint8_t)rt->nspurious,
		.execution = rt->wire->progress.executions + 1,
		.first = party_of(self(), self()->pending.kind, pc),
		.second.thread = WIRE_NOBODY,
		.third.thread = WIRE_NOBODY,
	};
}

static struct finding filled(enum finding_kind kind, int code, uint64_t pc,
	const char *format, va_list args)
{
	struct finding finding = finding_of(kind, pc);

	finding.code = code;
	vsnprintf(finding.text, sizeof(finding.text), format, args);
	return finding;
}

static _Noreturn void end_with(const struct finding *finding)
{
	uint32_t failure = finding ? (uint32_t)(finding - rt->wire->findings) +
					     1
				   : WIRE_MAX_FINDINGS + 1;

	thread_fails(failure);
	if (!rt->over.failed)
		rt->wire->failure = failure;
	end_execution();
}

void note_with(const struct finding *finding)
{
	const struct finding *added;

	if (rt->over.failed)
		return;
	added = finding_add(finding);
	if (finding->kind == rt->wire->config.ends_with)
		end_with(added);
}

void note(enum finding_kind kind, uint64_t pc, const char *format, ...)
{
	struct finding finding;
	va_list args;

	va_start(args, format);
	finding = filled(kind, 0, pc, format, args);
	va_end(args);
	note_with(&finding);
}

/* The execution has failed, and went on only for what is to be shown. */
void fail_as_found(void)
{
	if (rt->failed)
		end_with(&rt->wire->findings[rt->failed - 1]);
}

/*
 * The write of the thread that runs is what fails, and comes when its hook has
 * returned. Where steps are shown, they show what it writes.
 */
void fail_once_written(const struct finding *finding)
{
	const struct finding *added;

	if (!rt->tracing || !self()->pending_write)
		fail_with(finding);
	if (rt->failed)
		return;
	added = finding_add(finding);
	if (!added)
		end_with(NULL);
	rt->failed = (uint32_t)(added - rt->wire->findings) + 1;
}

_Noreturn void fail_with(const struct finding *finding)
{
	fail_as_found();
	end_with(finding_add(finding));
}

_Noreturn void fail(
	enum finding_kind kind, uint64_t pc, const char *format, ...)
{
	struct finding finding;
	va_list args;

	fail_as_found();
	va_start(args, format);
	finding = filled(kind, kind == FOUND_EXIT_CODE ? rt->exit_code : 0, pc,
		format, args);
	va_end(args);
	fail_with(&finding);
}

_Noreturn void fail_signal(int signal, uint64_t pc, const char *format, ...)
{
	struct finding finding;
	va_list args;

	fail_as_found();
	va_start(args, format);
	finding = filled(FOUND_SIGNAL, signal, pc, format, args);
	va_end(args);
	fail_with(&finding);
}
