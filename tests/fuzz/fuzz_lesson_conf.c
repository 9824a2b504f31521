/*
 * fuzz_lesson_conf - no text makes the parser of lesson.conf read outside of
 * it, and the lesson of one that it accepts can be given, asked and explored
 */
#include "cmd/lesson.h"
#include "cmd/msg.h"
#include "cmd/text.h"
#include "lib/must.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
	must(text && *text && text_is_plain(text));
}

/* Names in the lesson's folder, up to the first that is none. */
static void check_names(const char *const *names)
{
	unsigned n = 0;

	for (; names[n]; n++) {
		check_text(names[n]);
		must(!strchr(names[n], '/') && *names[n] != '.');
	}
	must(n <= LESSON_MOST_COMPANIONS);
}

static void check_question(const struct lesson_question *question)
{
	if (!question->ask)
		return;
	for (unsigned i = 0; i < LESSON_ANSWERS; i++)
		check_text(question->answers[i]);
	check_text(question->because);
	must(strlen(question->right) == 1 && strchr("abc", *question->right));
}

static void check_lesson(const struct lesson *lesson)
{
	check_text(lesson->title);
	check_text(lesson->task);
	check_text(lesson->file);
	must(!strchr(lesson->file, '/'));
	check_names(lesson->companions);
	check_names(lesson->scenarios);
	check_question(&lesson->question);
	must(lesson->explorer <= LESSON_PROCESSES);
	must(lesson->memory <= MEMORY_C11);
	must(lesson->bound >= -1 && lesson->bound <= 20);
	must(lesson->spurious <= 100 && lesson->kills <= 100);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lesson lesson = {.bound = -1, .spurious = 1};
	char *text = malloc(size + 1);

	must(text);
	if (size)
		memcpy(text, data, size);
	msg_set_fd(-1);
	if (!lesson_parse_conf(&lesson, "lesson.conf", text, size))
		check_lesson(&lesson);
	free(text);
	return 0;
}
