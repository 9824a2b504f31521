/*
 * refuse - run a program on a system that lacks something
 *
 * usage: refuse unshare|landlock COMMAND...
 *
 * The system call fails with EPERM for the command and all that it starts.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	unsigned number =
		argc > 1 && !strcmp(argv[1], "landlock") ? 444 : SYS_unshare;
	struct sock_filter steps[] = {
		{BPF_LD | BPF_W | BPF_ABS, 0, 0,
			offsetof(struct seccomp_data, nr)},
		{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, number},
		{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM},
		{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
	};
	struct sock_fprog program = {
		.len = sizeof(steps) / sizeof(*steps), .filter = steps};

	if (argc < 3 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0) {
		perror("refuse");
		return 127;
	}
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 127;
}
