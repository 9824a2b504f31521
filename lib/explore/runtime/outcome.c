/* Which outputs are possible, and how often each came about. */
#include "lib/explore/runtime/rt.h"

#include <string.h>

static uint64_t hash_of(const char *data, size_t size, int code)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ (uint64_t)code;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ (unsigned char)data[i]) *
		       UINT64_C(0x100000001b3);
	return hash;
}

static int code_of_end(void)
{
	const struct wire *wire = rt->wire;

	if (!wire->failure || wire->failure > WIRE_MAX_FINDINGS)
		return rt->exit_code;
	return WIRE_FAILED + wire->findings[wire->failure - 1].kind;
}

static void add(uint64_t hash, int code)
{
	struct wire *wire = rt->wire;
	struct outcome *outcome;

	if (wire->noutcomes == WIRE_MAX_OUTCOMES ||
		wire->output_size > WIRE_MAX_OUTPUT - wire->outcome_text_size) {
		wire->progress.doubts |= DOUBT_TABLE_FULL;
		wire->nunlisted++;
		return;
	}
	outcome = &wire->outcomes[wire->noutcomes++];
	*outcome = (struct outcome){
		.hash = hash,
		.count = 1,
		.output_size = wire->output_size,
		.code = code,
		.output_at = wire->outcome_text_size,
	};
	memcpy(wire->outcome_text + wire->outcome_text_size, wire->output,
		wire->output_size);
	wire->outcome_text_size += wire->output_size;
}

void outcome_record(void)
{
	struct wire *wire = rt->wire;
	int code = code_of_end();
	uint64_t hash = hash_of(wire->output, wire->output_size, code);

	for (uint32_t i = 0; i < wire->noutcomes; i++) {
		if (wire->outcomes[i].hash == hash) {
			wire->outcomes[i].count++;
			return;
		}
	}
	add(hash, code);
}

/* Any two executions that ended well and differ will do. */
void outcome_compare(uint64_t pc)
{
	const struct wire *wire = rt->wire;
	uint64_t hash = hash_of(wire->output, wire->output_size, 0);

	if (!rt->wire->output_hash)
		rt->wire->output_hash = hash;
	if (rt->wire->output_hash != hash)
		note(FOUND_OUTPUT_VARIES, pc,
			"what it prints depends on the schedule");
}
