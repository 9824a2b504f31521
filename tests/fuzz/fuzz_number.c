/*
 * fuzz_number - no text makes the number parsers read outside it, loop or
 * disagree with one another
 */
#include "cmd/number.h"
#include "lib/must.h"

#include <inttypes.h>
#include <stdio.h>

/* What is a count is so many wholes. */
static void check_fraction(const char *text, size_t size)
{
	uint64_t count, billionths;

	if (number_parse_count(text, size, &count) == 0 &&
		count <= UINT64_MAX / 1000000000)
		must(number_parse_fraction(text, size, &billionths) == 0 &&
			billionths == count * 1000000000);
	else
		number_parse_fraction(text, size, &billionths);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What one parser accepts, the next more general one gives the same for. */
static void check_agreement(const char *text, size_t size)
{
	uint64_t count = 0, number = 0, sum = 0;
	int count_error = number_parse_count(text, size, &count);
	int number_error = number_parse(text, size, &number);
	int sum_error = number_parse_sum(text, size, &sum);

	if (!count_error)
		must(!number_error && number == count);
	if (!number_error)
		must(!sum_error && sum == number);
}

/* A value written in digits is read as itself. */
static void check_round_trip(uint64_t value)
{
	char text[32];
	uint64_t again;
	int n = snprintf(text, sizeof(text), "%" PRIu64, value);

	must(number_parse_count(text, (size_t)n, &again) == 0);
	must(again == value);
}

/* Plain digits are seconds, and what is a time in ms is one in us too. */
static void check_duration(const char *text, size_t size)
{
	uint64_t count, ns;
	int error = number_parse_duration(text, size, &ns);

	if (number_parse_count(text, size, &count) == 0 &&
		count <= UINT64_MAX / 1000000000)
		must(error == 0 && ns == count * 1000000000);
	if (size > 2 && text[size - 2] == 'm' && text[size - 1] == 's' &&
		!error && number_parse_count(text, size - 2, &count) == 0)
		must(ns == count * 1000000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	uint64_t value;

	check_agreement(text, size);
	check_duration(text, size);
	check_fraction(text, size);
	if (number_parse_sum(text, size, &value) == 0)
		check_round_trip(value);
	return 0;
}
