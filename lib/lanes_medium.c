#include "lib/lanes.h"

/*
 * What the byte of a multiple grows by when the cofactor grows by 2, 4 or 6,
 * which is nearly always; in "more" with a carry. Kept in registers, so that
 * there is one addition from a multiple to the next.
 */
struct steps {
	size_t by2, by4, by6;
	size_t more2, more4, more6;
};

/* Keep the compiler from computing one register from another again. */
#define OPAQUE(x) __asm__("" : "+r"(x))

static ALWAYS_INLINE struct steps steps_of(size_t turns, unsigned r)
{
	struct steps steps = {.by2 = 2 * turns + 2 * r / 30,
		.by4 = 4 * turns + 4 * r / 30,
		.by6 = 6 * turns + 6 * r / 30};

	steps.more2 = steps.by2 + 1;
	steps.more4 = steps.by4 + 1;
	steps.more6 = steps.by6 + 1;
	OPAQUE(steps.by2);
	OPAQUE(steps.by4);
	OPAQUE(steps.by6);
	OPAQUE(steps.more2);
	OPAQUE(steps.more4);
	OPAQUE(steps.more6);
	return steps;
}

/* From one position to the next, both constants. */
static ALWAYS_INLINE size_t step(
	struct steps steps, size_t turns, unsigned class, unsigned position)
{
	unsigned gap = wheel210_gap(position);
	unsigned carry = wheel210_carry(class, position);
	unsigned more = carry - gap * segment_offsets[class] / 30;

	switch (gap) {
	case 2:
		return more ? steps.more2 : steps.by2;
	case 4:
		return more ? steps.more4 : steps.by4;
	case 6:
		return more ? steps.more6 : steps.by6;
	default:
		return gap * turns + carry;
	}
}

/* The multiple at position p: cross off and go on, or stop for want of data. */
#define MULTIPLE(p)                                                 \
	__attribute__((fallthrough));                               \
	case p:                                                     \
		if (at >= size)                                     \
			return (struct lane){at - size, way | (p)}; \
		data[at] &= ~(1u << wheel210_bit(class, p));        \
		at += step(steps, turns, class, p);

#define MULTIPLES(p)    \
	MULTIPLE(p)     \
	MULTIPLE(p + 1) \
	MULTIPLE(p + 2) \
	MULTIPLE(p + 3) \
	MULTIPLE(p + 4) \
	MULTIPLE(p + 5) \
	MULTIPLE(p + 6) \
	MULTIPLE(p + 7)

static ALWAYS_INLINE struct lane cross_off(
	struct lane lane, unsigned class, unsigned char *data, size_t size)
{
	size_t turns = lane.way >> 6;
	struct steps steps = steps_of(turns, segment_offsets[class]);
	uint32_t way = lane.way & ~UINT32_C(63);
	size_t at = lane.at;

	switch (lane.way & 63)
		for (;;) {
			MULTIPLES(0)
			MULTIPLES(8)
			MULTIPLES(16)
			MULTIPLES(24)
			MULTIPLES(32)
			MULTIPLES(40)
		}
	return lane; /* not reached: there are no other positions */
}

/* That a lane has nothing here is seen before the jump to its position,
 * which the processor cannot foresee. */
#define CLASS(class)                                                         \
	static void cross_class_##class(struct lane * lane,                  \
		const struct lane *last, unsigned char *data, size_t size)   \
	{                                                                    \
		for (; lane < last; lane++)                                  \
			if (lane->at >= size)                                \
				lane->at -= size;                            \
			else                                                 \
				*lane = cross_off(*lane, class, data, size); \
	}

CLASS(0)
CLASS(1)
CLASS(2)
CLASS(3)
CLASS(4)
CLASS(5)
CLASS(6)
CLASS(7)

void lanes_cross_medium(
	struct lanes *lanes, unsigned class, unsigned char *data, size_t size)
{
	static void (*const cross[WHEEL210_CLASSES])(struct lane *,
		const struct lane *, unsigned char *, size_t) = {cross_class_0,
		cross_class_1, cross_class_2, cross_class_3, cross_class_4,
		cross_class_5, cross_class_6, cross_class_7};
	struct lane *first = lanes->of[class];

	cross[class](first, first + lanes->n[class], data, size);
}
