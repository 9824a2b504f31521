/*
 * fuzz_schedule - no text makes the parser of schedules read or write outside
 * of what it was given, and what it accepts means the same when written again
 */
#include "lib/explore/schedule.h"
#include "lib/must.h"

#include <errno.h>
#include <string.h>

enum {
	MOST = 4096
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct choice choices[WIRE_MAX_CHOICES];
	static struct choice again_choices[WIRE_MAX_CHOICES];
	static char written[SCHEDULE_TEXT_SIZE];
	struct schedule schedule = {.choices = choices};
	struct schedule again = {.choices = again_choices};
	char text[MOST + 1];
	const char *bad;
	int error;

	if (size > MOST)
		size = MOST;
	memcpy(text, data, size);
	text[size] = '\0';
	error = schedule_parse(&schedule, text, &bad);
	must(bad >= text && bad <= text + strlen(text));
	if (error == -EINVAL)
		return 0;
	schedule_format(&schedule, written, sizeof(written));
	must(!schedule_parse(&again, written, &bad));
	must(again.nchoices == schedule.nchoices &&
		again.nlines == schedule.nlines &&
		!memcmp(choices, again_choices,
			schedule.nchoices * sizeof(choices[0])));
	return 0;
}
