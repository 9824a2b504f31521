/*
 * The verb explain: a question about what one has seen, between breaking the
 * exercise and mending it.
 */
#include "cmd/lesson.h"

#include "cmd/json.h"
#include "cmd/msg.h"
#include "cmd/page.h"
#include "cmd/text.h"

#include <stdio.h>
#include <string.h>

static int refuse_none(const struct lesson *lesson)
{
	msg_error("lesson %s asks no question", lesson->slug);
	msg_hint("try 'conc lesson check'");
	return EXIT_NO;
}

static int refuse_letter(const char *word)
{
	msg_error(
		"%s is none of the answers: a, b or c", text_quote(word).text);
	msg_hint("try 'conc lesson explain a'");
	return EXIT_USAGE;
}

static void print_question(const struct lesson *lesson)
{
	page_wrap(stdout, lesson->question.ask, 0, 0);
	for (unsigned i = 0; i < LESSON_ANSWERS; i++) {
		printf("  %c  ", 'a' + (int)i);
		page_wrap(stdout, lesson->question.answers[i], 5, 5);
	}
	printf("\nAnswer with 'conc lesson explain a', b or c.\n");
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

static int answer(struct lesson_place *place, const char *given)
{
	const struct lesson_question *question = &place->lesson->question;

	if (strlen(given) != 1 || *given < 'a' || *given > 'c')
		return refuse_letter(given);
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

static int explain(struct lesson_place *place, const char *given)
{
	if (!place->lesson->question.ask)
		return refuse_none(place->lesson);
	if (given)
		return answer(place, given);
	if (global.json)
		print_json(place->lesson, NULL);
	else
		print_question(place->lesson);
	return EXIT_GOOD;
}

static int run(const void *options, int noperands, char **operands)
{
	struct lesson_place place;
	int code = lesson_place_open(&place, NULL);

	(void)options;
	if (code)
		return code;
	code = explain(&place, noperands ? operands[0] : NULL);
	lesson_place_close(&place);
	return code;
}

const struct command lesson_explain = {
	.name = "explain",
	.summary = "a question about what you have seen",
	.about = "Asks a question about the failure of the exercise, and takes "
		 "the answer: a, b or c. It helps to have seen it fail first.",
	.operands = "[a|b|c]",
	.operands_max = 1,
	.examples =
		(const struct command_example[]){
			{"conc lesson explain", "the question"},
			{"conc lesson explain b", "the answer is b"},
			{0},
		},
	.run = run,
};
