/* The child says something in three pieces; they come as it pleases them. */
#include "collect.h"

#include "lesson.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(int fd)
{
	static const char *const pieces[] = {"one ", "two ", "three"};

	for (int i = 0; i < 3; i++)
		if (write(fd, pieces[i], strlen(pieces[i])) < 0)
			_exit(9);
}

int main(void)
{
	static const char whole[] = "one two three";
	char text[100] = "";
	size_t n = collect(say, text, sizeof(text) - 1);

	EXPECT(wait(NULL) < 0 && errno == ECHILD,
		"the child was not waited for");
	EXPECT(n == strlen(whole), "only a part of what the child said came");
	EXPECT(strcmp(text, whole) == 0, "what the child said came in the "
					 "wrong place");
	return 0;
}
