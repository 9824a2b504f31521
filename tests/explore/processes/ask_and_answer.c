/* finds: deadlock */
/* lesson: 03-pipes */
/* thinks: P1 itself has the writing end open: close that in P1 */
#include <sys/wait.h>
#include <unistd.h>

/* The one that asks waits for an answer, which comes behind the end. */
static void answer(const int *questions, const int *answers)
{
	char sum = 0, number;

#ifdef FIXED
	close(questions[1]);
#endif
	while (read(questions[0], &number, 1) == 1)
		sum = (char)(sum + number);
	_exit(write(answers[1], &sum, 1) != 1);
}

int main(void)
{
	int questions[2], answers[2];
	char number = 3, sum = 0;

	if (pipe(questions) < 0 || pipe(answers) < 0)
		return 0;
	if (fork() == 0)
		answer(questions, answers);
	if (write(questions[1], &number, 1) != 1)
		return 1;
	close(questions[1]);
	if (read(answers[0], &sum, 1) != 1)
		return 1;
	wait(NULL);
	return sum != 3;
}
