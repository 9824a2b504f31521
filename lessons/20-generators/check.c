/* What each generator yields, one value after the other. */
#include "generators.h"

#include "lesson.h"

static void expect_squares(void)
{
	struct squares squares, other;
	int value = -1;

	squares_begin(&squares, 3);
	squares_begin(&other, 5);
	EXPECT(squares_next(&squares, &value), "there is no first square");
	EXPECT_EQUAL(value, 1, "the first square");
	EXPECT(squares_next(&other, &value) && value == 1,
		"a second generator goes on where the first one was");
	EXPECT(squares_next(&squares, &value), "there is no second square");
	EXPECT_EQUAL(value, 4, "the second square");
	EXPECT(squares_next(&squares, &value), "there is no third square");
	EXPECT_EQUAL(value, 9, "the third square");
	EXPECT(!squares_next(&squares, &value),
		"a generator of 3 squares yields a fourth");
	EXPECT(!squares_next(&squares, &value),
		"a generator yields again after its end");
}

/* The first one is a value ahead: so the two of a pair can be told apart. */
static void expect_pair(void)
{
	struct squares first, second;
	struct pair pair = {0, 0};
	struct zip zip;
	int value;

	squares_begin(&first, 4);
	squares_begin(&second, 1);
	squares_next(&first, &value);
	zip_begin(&zip, &first, &second);
	EXPECT(zip_next(&zip, &pair), "zip yields no first pair");
	EXPECT_EQUAL(pair.first, 4, "the first of the pair");
	EXPECT_EQUAL(pair.second, 1, "the second of the pair");
}

/* One of the two has one item, and the other one three. */
static void expect_nothing_lost(int nfirst, int nsecond)
{
	struct squares first, second;
	struct pair pair = {0, 0};
	struct zip zip;
	int value;

	squares_begin(&first, nfirst);
	squares_begin(&second, nsecond);
	zip_begin(&zip, &first, &second);
	EXPECT(zip_next(&zip, &pair), "zip yields no first pair");
	EXPECT(!zip_next(&zip, &pair), "zip goes on when one is at its end");
	EXPECT(!zip_next(&zip, &pair), "zip yields again after its end");
	EXPECT(squares_next(nfirst > 1 ? &first : &second, &value) &&
			value == 4,
		"an item was lost: zip took it, and had no partner for it");
}

static void expect_zip(void)
{
	expect_pair();
	expect_nothing_lost(3, 1);
	expect_nothing_lost(1, 3);
}

static void expect_counter(void)
{
	struct counter counter;
	int value = 77;

	counter_begin(&counter);
	for (int i = 0; i < 2; i++)
		EXPECT(!counter_send(&counter, 8, &value),
			"a counter took a number before it had begun");
	EXPECT(value == 77, "a counter that had not begun gave a value");
	for (int i = 0; i < 5; i++)
		EXPECT_EQUAL(counter_next(&counter), i, "the counter");
	EXPECT(counter_send(&counter, 8, &value),
		"a counter took no number after it had begun");
	EXPECT_EQUAL(value, 8, "the counter, when 8 was sent,");
	EXPECT_EQUAL(counter_next(&counter), 9, "the counter after that");
}

int main(void)
{
	expect_squares();
	expect_zip();
	expect_counter();
	return 0;
}
