/*
 * lesson - what a lesson's check.c says when something does not hold
 *
 * EXPECT(condition, words) ends the program and shows the words to the
 * learner, together with the schedule that led there. EXPECT_EQUAL does the
 * same for two numbers, and shows both.
 *
 *	EXPECT(queue_is_empty(), "an item was left in the queue");
 *	EXPECT_EQUAL(total, 200, "the sum of all accounts");
 */
#ifndef LESSONS_LESSON_H
#define LESSONS_LESSON_H

#include <stdio.h>
#include <stdlib.h>

/* There when several processes are explored. */
__attribute__((weak)) void lesson_broken_process(const char *words);

/* The explorer of threads has its own, which takes the place of this one. */
__attribute__((weak)) void lesson_broken(const char *words);
void lesson_broken(const char *words)
{
	if (lesson_broken_process)
		lesson_broken_process(words);
	fprintf(stderr, "%s\n", words);
	abort();
}

static inline const char *lesson_unequal(
	long got, long wanted, const char *what)
{
	static char words[200];

	snprintf(words, sizeof(words), "%s is %ld, and should be %ld", what,
		got, wanted);
	return words;
}

#define EXPECT(condition, words) ((condition) ? (void)0 : lesson_broken(words))

#define EXPECT_EQUAL(got, wanted, what)                              \
	do {                                                         \
		long lesson_got = (got), lesson_wanted = (wanted);   \
                                                                     \
		if (lesson_got != lesson_wanted)                     \
			lesson_broken(lesson_unequal(                \
				lesson_got, lesson_wanted, (what))); \
	} while (0)

#endif
