#include "lib/must.h"
#include "lib/segment_impl.h"
#include <stdio.h>

/*
 * The last three digits and the end of the line come from a table, four bytes
 * at once. What is before them stays the same for a thousand numbers, and is
 * copied with as many bytes as it can at most have: what is too much is
 * overwritten by the next line.
 */
enum {
	DIGITS_MAX = 20,
	TAIL = 4, /* three digits and the newline */
	HEAD_ROOM = 24, /* 17 digits, rounded up */
};

#define ONES(p)                                                           \
	p "0\n" p "1\n" p "2\n" p "3\n" p "4\n" p "5\n" p "6\n" p "7\n" p \
	  "8\n" p "9\n"
#define TENS(p)     \
	ONES(p "0") \
	ONES(p "1") \
	ONES(p "2") \
	ONES(p "3") \
	ONES(p "4") \
	ONES(p "5") \
	ONES(p "6") \
	ONES(p "7") \
	ONES(p "8") \
	ONES(p "9")

static const char tails[TAIL * 1000 + 1] = TENS("0") TENS("1") TENS("2")
	TENS("3") TENS("4") TENS("5") TENS("6") TENS("7") TENS("8") TENS("9");

/* The thousands of the numbers at hand, as digits. */
struct head {
	char digits[HEAD_ROOM];
	size_t n;
};

static void head_init(struct head *head, uint64_t thousands)
{
	char text[DIGITS_MAX + 1];

	*head = (struct head){0};
	head->n = sprintf(text, "%llu", (unsigned long long)thousands);
	memcpy(head->digits, text, head->n);
}

static void head_next(struct head *head)
{
	size_t i = head->n;

	while (i > 0 && head->digits[i - 1] == '9')
		head->digits[--i] = '0';
	if (i > 0) {
		head->digits[i - 1]++;
		return;
	}
	memmove(head->digits + 1, head->digits, head->n++);
	head->digits[0] = '1';
}

/* What the bits of eight bytes stand for. */
static unsigned offset_of(unsigned bit)
{
	return bit / 8 * 30 + segment_offsets[bit % 8];
}

/* One line for each bit; rest is the number of the first byte, less the
 * thousands of all of them. */
static char *print_bits(
	char *out, const struct head *head, int rest, uint64_t bits)
{
	size_t n = head->n;

	for (; bits; bits &= bits - 1) {
		unsigned tail = rest + offset_of(__builtin_ctzll(bits));

		memcpy(out, head->digits, 8);
		if (n > 8)
			memcpy(out + 8, head->digits + 8, HEAD_ROOM - 8);
		memcpy(out + n, tails + TAIL * tail, TAIL);
		out += n + TAIL;
	}
	return out;
}

/* The same for numbers below 2000, which may have no thousands. */
static char *print_small(char *out, unsigned number, uint64_t bits)
{
	for (; bits; bits &= bits - 1)
		out += sprintf(
			out, "%u\n", number + offset_of(__builtin_ctzll(bits)));
	return out;
}

/* The bits that stand for numbers below distance, which is at most 240. */
static uint64_t bits_below(unsigned distance)
{
	unsigned n = distance < 2
			     ? 0
			     : (distance - 2) / 30 * 8 +
				       segment_below[(distance - 2) % 30 + 2];

	return n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX;
}

/* Where the printing is. */
struct printer {
	struct head head;
	uint64_t thousands;
	int rest;
	char *out;
};

static void print_word(struct printer *printer, uint64_t word)
{
	uint64_t before;

	if (printer->thousands == 0) {
		printer->out = print_small(printer->out, printer->rest, word);
	} else if (printer->rest + 241 < 1000) {
		printer->out = print_bits(
			printer->out, &printer->head, printer->rest, word);
	} else {
		before = bits_below(1000 - printer->rest);
		printer->out = print_bits(printer->out, &printer->head,
			printer->rest, word & before);
		head_next(&printer->head);
		printer->thousands++;
		printer->rest -= 1000;
		printer->out = print_bits(printer->out, &printer->head,
			printer->rest, word & ~before);
	}
	printer->rest += 240;
	if (printer->rest >= 1000) {
		head_next(&printer->head);
		printer->thousands++;
		printer->rest -= 1000;
	}
}

size_t segment_print_max(const struct segment *seg)
{
	return segment_count(seg) * (DIGITS_MAX + 1) + HEAD_ROOM + TAIL;
}

size_t segment_print(const struct segment *seg, char *out)
{
	struct printer printer = {.thousands = seg->low / 1000,
		.rest = seg->low % 1000,
		.out = out};
	size_t i = 0;

	must(seg->layout == SEGMENT_WHEEL30);
	head_init(&printer.head, printer.thousands);
	for (; i + 8 <= seg->size; i += 8)
		print_word(&printer, segment_word(seg->data + i));
	print_word(&printer, segment_tail(seg->data + i, seg->size - i));
	return printer.out - out;
}
