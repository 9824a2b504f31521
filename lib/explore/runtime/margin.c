/*
 * The room that was left behind the program's variables: whoever uses it has
 * missed one of them. See margin.h of the driver, which has made it.
 */
#include "lib/explore/runtime/rt.h"

#include <stdio.h>

static uint8_t *near; /* for every eight bytes of data: some of them are room */

static uint64_t data_offset(uint64_t address)
{
	return address - (uint64_t)(uintptr_t)rt->data;
}

static uint64_t data_size(void)
{
	return (uint64_t)(rt->data_end - rt->data);
}

void margin_setup(void)
{
	const struct wire *wire = rt->wire;

	if (!wire->nmargins)
		return;
	near = map_memory(data_size() / 8 + 1);
	for (uint32_t i = 0; i < wire->nmargins; i++) {
		const struct wire_margin *margin = &wire->margins[i];

		for (uint64_t at = margin->end; at < margin->to; at++) {
			if (data_offset(at + rt->base) < data_size())
				near[data_offset(at + rt->base) / 8] = 1;
		}
	}
}

/* The variable that is missed by less: the one before, or the one behind. */
static const struct wire_margin *missed(
	const struct wire_margin *before, uint64_t address, size_t size)
{
	const struct wire *wire = rt->wire;
	const struct wire_margin *least = before;
	uint64_t past = address > before->end ? address - before->end : 0;

	for (uint32_t i = 0; i < wire->nmargins; i++) {
		const struct wire_margin *next = &wire->margins[i];

		if (next->from < address + size ||
			next->from - address - size >= past)
			continue;
		past = next->from - address - size;
		least = next;
	}
	return least;
}

static _Noreturn void fail_missed(const struct wire_margin *margin,
	uint64_t address, size_t size, uint64_t pc)
{
	struct finding finding = finding_of(FOUND_USE_AFTER_FREE, pc);
	bool in_front = address < margin->from;

	finding.code = (int32_t)(margin->end - margin->from);
	finding.first.object = address + rt->base;
	finding.third.object = margin->from + rt->base;
	snprintf(finding.text, sizeof(finding.text),
		"uses %zu byte%s %s a variable", size, size == 1 ? "" : "s",
		in_front ? "in front of" : "past the end of");
	fail_with(&finding);
}

static void look(uint64_t address, size_t size, uint64_t pc)
{
	const struct wire *wire = rt->wire;

	for (uint32_t i = 0; i < wire->nmargins; i++) {
		const struct wire_margin *margin = &wire->margins[i];

		if (address < margin->to && address + size > margin->end)
			fail_missed(missed(margin, address, size), address,
				size, pc);
	}
}

void margin_check(uint64_t address, size_t size, uint64_t pc)
{
	uint64_t from = data_offset(address);

	if (!near || from >= data_size() || size > data_size() - from)
		return;
	for (uint64_t i = from / 8; i <= (from + size - 1) / 8; i++) {
		if (near[i]) {
			look(address - rt->base, size, pc);
			return;
		}
	}
}
