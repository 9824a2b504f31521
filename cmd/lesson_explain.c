/*
 * The verb explain: a question about what one has seen, between breaking the
 * exercise and mending it.
 */
#include "cmd/lesson.h"

#include "cmd/json.h"
#include "cmd/msg.h"
#include "cmd/page.h"
#include "cmd/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static int refuse_none(const struct lesson *lesson)
{
	msg_error("lesson %s asks no question", lesson->slug);
	msg_hint("try 'conc lesson check'");
	return EXIT_NO;
}

/* What was asked: of which lesson, NULL for the current one, and the answer. */
struct asked {
	const char *lesson, *answer;
};

/* How the lesson is named in a command: not at all, where it is the current. */
static const char *named(const struct asked *asked, const struct lesson *lesson)
{
	static char words[LESSON_SLUG_SIZE + 1];

	snprintf(words, sizeof(words), "%s%s", asked->lesson ? " " : "",
		asked->lesson ? lesson->slug : "");
	return words;
}

static int refuse_letter(const struct asked *asked, const struct lesson *lesson)
{
	msg_error("%s is none of the answers: a, b or c",
		text_quote(asked->answer).text);
	msg_hint("try 'conc lesson explain%s a'", named(asked, lesson));
	return EXIT_USAGE;
}

static void print_question(
	const struct asked *asked, const struct lesson *lesson)
{
	printf("Lesson %s asks:\n", lesson->slug);
	page_wrap(stdout, lesson->question.ask, 0, 0);
	for (unsigned i = 0; i < LESSON_ANSWERS; i++) {
		printf("  %c  ", 'a' + (int)i);
		page_wrap(stdout, lesson->question.answers[i], 5, 5);
	}
	printf("\nAnswer with 'conc lesson explain%s a', b or c.\n",
		named(asked, lesson));
}

static void print_json(const struct lesson *lesson, const char *given)
{
	const struct lesson_question *question = &lesson->question;
	bool right = given && *given == *question->right;
	struct json json;

	json_begin(&json, stdout, "conc.lesson.explain");
	json_string(&json, "lesson", lesson->slug);
	json_string(&json, "question", question->ask);
	json_array(&json, "answers");
	for (unsigned i = 0; i < LESSON_ANSWERS; i++)
		json_string(&json, NULL, question->answers[i]);
	json_end(&json);
	if (given)
		json_bool(&json, "right", right);
	if (right)
		json_string(&json, "because", question->because);
	json_finish(&json);
}

static int answer(struct lesson_place *place, const struct asked *asked)
{
	const char *given = asked->answer;
	const struct lesson_question *question = &place->lesson->question;

	if (strlen(given) != 1 || *given < 'a' || *given > 'c')
		return refuse_letter(asked, place->lesson);
	if (global.json)
		print_json(place->lesson, given);
	if (*given != *question->right) {
		if (!global.json)
			printf("Not that one. Look at the steps once more: "
			       "conc lesson check\n");
		return EXIT_NO;
	}
	workshop_set(&place->workshop, "explained", place->lesson->slug, "yes");
	if (!global.json) {
		printf("Right. ");
		page_wrap(stdout, question->because, 7, 0);
	}
	return EXIT_GOOD;
}

static int explain(struct lesson_place *place, const struct asked *asked)
{
	if (!place->lesson->question.ask)
		return refuse_none(place->lesson);
	if (asked->answer)
		return answer(place, asked);
	if (global.json)
		print_json(place->lesson, NULL);
	else
		print_question(asked, place->lesson);
	return EXIT_GOOD;
}

/* A letter alone is an answer, and no lesson. */
static struct asked read_operands(int n, char **operands)
{
	if (n == 2)
		return (struct asked){operands[0], operands[1]};
	if (n == 1 && strlen(operands[0]) == 1 &&
		isalpha((unsigned char)operands[0][0]))
		return (struct asked){.answer = operands[0]};
	return (struct asked){.lesson = n ? operands[0] : NULL};
}

static int run(const void *options, int noperands, char **operands)
{
	struct asked asked = read_operands(noperands, operands);
	struct lesson_place place;
	int code = lesson_place_open(&place, asked.lesson);

	(void)options;
	if (code)
		return code;
	code = explain(&place, &asked);
	lesson_place_close(&place);
	return code;
}

const struct command lesson_explain = {
	.name = "explain",
	.summary = "a question about what you have seen",
	.about = "Asks a question about the failure of the exercise, and takes "
		 "the answer: a, b or c. It helps to have seen it fail first. "
		 "A lesson is passed by its check alone; who can answer has "
		 "understood it as well.",
	.operands = "[LESSON] [a|b|c]",
	.operands_max = 2,
	.examples =
		(const struct command_example[]){
			{"conc lesson explain", "the question"},
			{"conc lesson explain b", "the answer is b"},
			{"conc lesson explain mutex", "of another lesson"},
			{0},
		},
	.run = run,
};
