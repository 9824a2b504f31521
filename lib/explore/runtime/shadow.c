/*
 * The race detector: for every eight bytes of the program's memory, the last
 * accesses of each thread, as in FastTrack (Flanagan and Freund, 2009) and
 * the thread sanitizer. Two accesses race when they meet in a byte, one of
 * them writes, one of them is no atomic, and neither happened before the
 * other. An instruction that took part in a race becomes a step of its own.
 */
#include "lib/explore/runtime/tso.h"

#include <errno.h>
#include <string.h>

enum {
	PAGE_CELLS = 512, /* of 8 bytes: a page of the program */
	NPAGES = 1 << 15, /* slots of the table of pages */
	NRECORDS = 7,
	LONG_WITHOUT_STEP = 100 * 1000, /* accesses; then one is made a step */
};

struct record {
	uint32_t time;
	uint32_t pc; /* as in the file: see pc_of */
	uint8_t thread;
	uint8_t mask; /* bytes */
	uint8_t flags; /* enum access_flags */
	uint8_t op_size;
};

struct cell {
	uint32_t execution;
	uint32_t n;
	struct record records[NRECORDS];
};

struct page {
	uint64_t number;
	struct cell cells[PAGE_CELLS];
};

static struct page **pages;
static struct page *pool;
static uint8_t *racy_map; /* a bit for each byte of code */
static uint32_t *npages; /* taken */

static uint64_t code_offset(uint64_t pc)
{
	return pc - rt->code;
}

static uint64_t code_size(void)
{
	return rt->code_end - rt->code;
}

static void mark_racy(uint64_t pc)
{
	uint64_t i = code_offset(pc);

	if (i < code_size())
		racy_map[i / 8] |= (uint8_t)(1 << i % 8);
}

void shadow_setup(void)
{
	const struct wire *wire = rt->wire;

	pages = map_memory(NPAGES * sizeof(pages[0]));
	pool = map_memory(NPAGES / 2 * sizeof(pool[0]));
	racy_map = map_memory(code_size() / 8 + 1);
	npages = map_memory(PAGE_SIZE);
	for (uint32_t i = 0; i < wire->nracy; i++)
		mark_racy(wire->racy[i]);
	for (uint32_t i = 0; i < wire->nranges; i++) {
		uint64_t pc = wire->ranges[i].from + rt->base;

		/* A return address lies behind its instruction. */
		while (pc++ < wire->ranges[i].to + rt->base)
			mark_racy(pc);
	}
}

static struct page *page_of(uint64_t number)
{
	uint64_t i = number * UINT64_C(0x9e3779b97f4a7c15) >> 49;

	for (;; i = (i + 1) % NPAGES) {
		if (pages[i] && pages[i]->number == number)
			return pages[i];
		if (pages[i])
			continue;
		if (*npages == NPAGES / 2) {
			rt->wire->progress.doubts |= DOUBT_TABLE_FULL;
			return NULL;
		}
		pages[i] = &pool[(*npages)++];
		pages[i]->number = number;
		return pages[i];
	}
}

static struct cell *cell_of(uint64_t address)
{
	struct page *page = page_of(address / PAGE_SIZE);
	struct cell *cell;

	if (!page)
		return NULL;
	cell = &page->cells[address / 8 % PAGE_CELLS];
	if (cell->execution != rt->execution) {
		cell->execution = rt->execution;
		cell->n = 0;
	}
	return cell;
}

bool racy(uint64_t pc)
{
	uint64_t i = code_offset(pc);

	return i < code_size() && (racy_map[i / 8] >> i % 8 & 1);
}

void make_step(uint64_t pc)
{
	struct wire *wire = rt->wire;

	if (pc == 0 || racy(pc) || wire->config.frozen)
		return;
	if (wire->nracy == WIRE_MAX_RACY) {
		wire->progress.doubts |= DOUBT_TABLE_FULL;
		return;
	}
	wire->racy[wire->nracy++] = pc;
	mark_racy(pc);
	rt->new_race = true;
}

static bool races(const struct record *old, const struct record *new)
{
	return old->thread != new->thread && (old->mask & new->mask) &&
	       ((old->flags | new->flags) & ACCESS_WRITE) &&
	       !(old->flags & new->flags &ACCESS_ATOMIC) &&
	       old->time > self()->vc.time[old->thread];
}

static uint64_t pc_of(const struct record *record)
{
	return record->pc ? rt->base + record->pc : 0;
}

static enum op_kind op_of(unsigned flags)
{
	if (flags & ACCESS_FREE)
		return OP_FREE;
	if (flags & ACCESS_ATOMIC)
		return flags & ACCESS_WRITE ? OP_ATOMIC_WRITE : OP_ATOMIC_READ;
	return flags & ACCESS_WRITE ? OP_WRITE : OP_READ;
}

/* In those bytes of the word that both have touched. */
static void report(
	const struct record *old, const struct record *new, uint64_t word)
{
	uint64_t address = word +
			   (unsigned)__builtin_ctz(old->mask & new->mask);
	struct finding finding = {
		.kind = FOUND_RACE,
		.spurious = (uint8_t)rt->nspurious,
		.execution = rt->wire->progress.executions + 1,
		.first = party_of(self(), op_of(new->flags), pc_of(new)),
		.second = {.thread = old->thread,
			.op = (uint8_t)op_of(old->flags),
			.size = old->op_size,
			.pc = pc_of(old),
			.object = address,
			.is_elsewhere = true},
		.third.thread = WIRE_NOBODY,
	};

	make_step(pc_of(new));
	make_step(pc_of(old));
	finding.first.object = address;
	finding.first.size = new->op_size;
	if (rt->wire->config.ignore_races)
		return;
	if (rt->wire->config.ends_with == FOUND_RACE && !rt->new_race)
		fail_once_written(&finding);
	else
		finding_add(&finding);
}

/* The newest access of each thread and kind stands for its older ones. */
static struct record *slot_for(struct cell *cell, const struct record *new)
{
	uint32_t oldest = 0;

	for (uint32_t i = 0; i < cell->n; i++) {
		const struct record *old = &cell->records[i];

		if (old->thread == new->thread && old->flags == new->flags &&
			old->mask == new->mask)
			return &cell->records[i];
		if (old->time <= self()->vc.time[old->thread] &&
			(old->mask & ~new->mask) == 0 &&
			(new->flags &ACCESS_WRITE))
			return &cell->records[i];
		if (old->time < cell->records[oldest].time)
			oldest = i;
	}
	if (cell->n < NRECORDS)
		return &cell->records[cell->n++];
	return &cell->records[oldest];
}

static void access_cell(uint64_t address, const struct record *new)
{
	struct cell *cell = cell_of(address);

	if (!cell)
		return;
	for (uint32_t i = 0; i < cell->n; i++) {
		if (races(&cell->records[i], new))
			report(&cell->records[i], new, address & ~UINT64_C(7));
	}
	*slot_for(cell, new) = *new;
}

static void detect(uint64_t address, size_t size, unsigned flags, uint64_t pc)
{
	struct thread *thread = self();
	struct record new = {
		.time = thread->vc.time[thread->id],
		.pc = (uint32_t)(pc ? pc - rt->base : 0),
		.thread = (uint8_t)thread->id,
		.flags = (uint8_t)flags,
		.op_size = (uint8_t)(size > 255 ? 255 : size),
	};
	uint64_t end = address + size;

	while (address < end) {
		uint64_t from = address % 8, n = 8 - from;

		if (n > end - address)
			n = end - address;
		new.mask = (uint8_t)(((1U << n) - 1) << from);
		access_cell(address, &new);
		address += n;
	}
}

void make_steps_of_free(uint64_t address, uint64_t pc)
{
	const struct cell *cell = cell_of(address);
	struct record new = {.thread = (uint8_t)rt->current, .mask = 0xff};

	for (uint32_t i = 0; cell && i < cell->n; i++) {
		const struct record *old = &cell->records[i];

		if (old->flags & ACCESS_FREE && races(old, &new)) {
			make_step(pc);
			make_step(pc_of(old));
		}
	}
}

/* The program writes when we have returned to it. */
static void begin_write(const struct op *op, struct event *event)
{
	struct thread *thread = self();

	if (event)
		thread->pending_write = rt->wire->nevents;
	trace_flags(event, EVENT_UNMADE);
	spin_wrote();
	if (!op->second)
		return;
	if (!event)
		thread->pending_write = NO_EVENT;
	trace_flags(event, EVENT_DELAYED);
	thread->delayed = true;
	tso_push(op);
}

static void end_read(const struct op *op, struct event *event)
{
	if (rt->tso && event)
		tso_trace_read(event);
	spin_read(op->pc, op->object, value_at(op->object, op->size));
}

/* The step of a plain access that others could notice. */
static void step(uint64_t address, size_t size, unsigned flags, uint64_t pc)
{
	struct op op = {
		.kind = flags & ACCESS_WRITE ? OP_WRITE : OP_READ,
		.size = (uint16_t)(size > 0xffff ? 0xffff : size),
		.pc = pc,
		.object = address,
	};
	struct event *event;

	if (flags & ACCESS_WRITE)
		tso_number(&op);
	point(&op);
	event = trace_op(&op);
	trace_values(event, address, size);
	if (flags & ACCESS_WRITE)
		begin_write(&op, event);
	else
		end_read(&op, event);
}

/* Of the block, before it is free. */
static void free_step(uint64_t address, size_t size, uint64_t pc)
{
	struct op op = {
		.kind = OP_FREE,
		.size = (uint16_t)(size > 0xffff ? 0xffff : size),
		.pc = pc,
		.object = address,
	};

	point(&op);
	spin_wrote();
}

/* The coroutines have these in one place, each its own. */
static bool thread_local_variable(uint64_t address)
{
	return address - (uint64_t)(uintptr_t)rt->tls < rt->tls_size ||
	       address == (uint64_t)(uintptr_t)&errno;
}

bool shared(uint64_t address)
{
	const struct cell *cell = cell_of(address);

	for (uint32_t i = 0; cell && i < cell->n; i++) {
		if (cell->records[i].thread != rt->current)
			return true;
	}
	return false;
}

/* In what comes before a search, a step is what it was when that was found. */
static bool is_step(uint64_t pc)
{
	const struct wire *wire = rt->wire;

	return racy(pc) ||
	       (rt->every_point && wire->nchoices >= wire->config.nchoices);
}

/* An instruction that runs again and again may be waiting for others. */
static bool goes_on_and_on(uint64_t pc)
{
	if (++rt->naccesses < LONG_WITHOUT_STEP)
		return false;
	make_step(pc);
	return racy(pc);
}

/* It must not overtake a store to the same place that is still delayed. */
static bool follows_delayed(
	uint64_t address, size_t size, unsigned flags, uint64_t pc)
{
	if (!rt->tso || !(flags & ACCESS_WRITE) ||
		!tso_hides(rt->current, address, size))
		return false;
	make_step(pc);
	return true;
}

void access_memory(const void *memory, size_t size, unsigned flags, uint64_t pc)
{
	uint64_t address = (uint64_t)(uintptr_t)memory;

	if (!rt || !rt->in_execution || size == 0)
		return;
	trace_settle(self());
	heap_check(memory, size, pc);
	stack_check(address, END_OF_CALLER, pc);
	margin_check(address, size, pc);
	if (rt->wire->config.unseen || rt->nthreads == 1 ||
		thread_local_variable(address) ||
		invariant_reads(address, size, flags))
		return;
	if (!(flags & ACCESS_ATOMIC) && !on_own_stack(address)) {
		untested_access(address, flags);
		if (flags & ACCESS_WRITE)
			await_forget();
	}
	if (rt->over.failed && rt->current == 0 && shared(address))
		rt->over.main_looked = true;
	if (flags & ACCESS_ATOMIC)
		;
	else if (flags & ACCESS_FREE) {
		if (is_step(pc))
			free_step(address, size, pc);
	} else if (is_step(pc) || goes_on_and_on(pc) ||
		   follows_delayed(address, size, flags, pc)) {
		step(address, size, flags, pc);
		heap_check(memory, size, pc); /* others had their turn */
	} else if (rt->tracing)
		trace_quiet(address, size, flags & ACCESS_WRITE, pc);
	if (flags & ACCESS_WRITE)
		invariant_wrote(address, size, !(flags & ACCESS_ATOMIC), pc);
	detect(address, size, flags, pc);
}
