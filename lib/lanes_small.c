#include "lib/lanes.h"

/*
 * A processor of the x86 family clears a bit of a byte in one instruction,
 * whose address is a register, plus another times 1, 2, 4 or 8, plus a
 * constant. With these multiples of k in registers each of the distances in
 * a group is such an address, and none waits for the one before it.
 */
struct multiples {
	size_t by1, by6, by10, by14, by16, by18, by22, by26, by30;
};

/* Keep the compiler from computing one register from another again. */
#define OPAQUE(x) __asm__("" : "+r"(x))

static ALWAYS_INLINE struct multiples multiples_of(size_t turns)
{
	struct multiples k = {turns, 6 * turns, 10 * turns, 14 * turns,
		16 * turns, 18 * turns, 22 * turns, 26 * turns, 30 * turns};

	OPAQUE(k.by6);
	OPAQUE(k.by10);
	OPAQUE(k.by14);
	OPAQUE(k.by16);
	OPAQUE(k.by18);
	OPAQUE(k.by22);
	OPAQUE(k.by26);
	OPAQUE(k.by30);
	return k;
}

/* gap * k, where gap is a constant. */
static ALWAYS_INLINE size_t times(struct multiples k, unsigned gap)
{
	switch (gap) {
	case 6:
	case 12:
	case 24:
		return gap / 6 * k.by6;
	case 10:
	case 20:
		return gap / 10 * k.by10;
	case 14:
	case 28:
		return gap / 14 * k.by14;
	case 16:
	case 32:
		return gap / 16 * k.by16;
	case 18:
	case 36:
		return gap / 18 * k.by18;
	case 22:
		return k.by22;
	case 26:
		return k.by26;
	case 30:
		return k.by30;
	default:
		return gap * k.by1;
	}
}

/* How many bytes behind the multiple at a position one further on is. */
static ALWAYS_INLINE size_t distance(
	struct multiples k, unsigned class, unsigned from, unsigned to)
{
	unsigned r = segment_offsets[class];
	unsigned before = (r * wheel210_cofactors[from] - 2) / 30;
	unsigned after = (r * wheel210_cofactor(to) - 2) / 30;

	return times(k, wheel210_cofactor(to) - wheel210_cofactors[from]) +
	       (after - before);
}

static ALWAYS_INLINE void clear(unsigned char *at, struct multiples k,
	unsigned class, unsigned from, unsigned to)
{
	at[distance(k, class, from, to)] &= ~(1u << wheel210_bit(class, to));
}

/* The eight multiples from position p on, the first one being at *at. */
#define GROUP(p)                                                 \
	__attribute__((fallthrough));                            \
	case p:                                                  \
		if (at >= end)                                   \
			return (struct lane){at - end, way | p}; \
		clear(at, k, class, p, p);                       \
		clear(at, k, class, p, p + 1);                   \
		clear(at, k, class, p, p + 2);                   \
		clear(at, k, class, p, p + 3);                   \
		clear(at, k, class, p, p + 4);                   \
		clear(at, k, class, p, p + 5);                   \
		clear(at, k, class, p, p + 6);                   \
		clear(at, k, class, p, p + 7);                   \
		at += distance(k, class, p, p + 8);

static ALWAYS_INLINE struct lane cross_off(struct lane lane, unsigned class,
	unsigned char *data, const unsigned char *end)
{
	struct multiples k = multiples_of(lane.way >> 6);
	unsigned char *at = data + lane.at;
	uint32_t way = lane.way & ~UINT32_C(63);

	switch (lane.way & 63)
		for (;;) {
			GROUP(0)
			GROUP(8)
			GROUP(16)
			GROUP(24)
			GROUP(32)
			GROUP(40)
		}
	return lane; /* not reached: there are no other positions */
}

#define CLASS(class)                                                \
	static void cross_class_##class(struct lane * lane,         \
		const struct lane *last, unsigned char *data,       \
		const unsigned char *end)                           \
	{                                                           \
		for (; lane < last; lane++)                         \
			*lane = cross_off(*lane, class, data, end); \
	}

CLASS(0)
CLASS(1)
CLASS(2)
CLASS(3)
CLASS(4)
CLASS(5)
CLASS(6)
CLASS(7)

void lanes_cross_small(
	struct lanes *lanes, unsigned class, unsigned char *data, size_t size)
{
	static void (*const cross[WHEEL210_CLASSES])(struct lane *,
		const struct lane *, unsigned char *, const unsigned char *) = {
		cross_class_0, cross_class_1, cross_class_2, cross_class_3,
		cross_class_4, cross_class_5, cross_class_6, cross_class_7};
	struct lane *first = lanes->of[class];

	cross[class](first, first + lanes->n[class], data, data + size);
}
