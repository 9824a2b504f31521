#!/bin/sh
# conc explore --processes: what the numbers of descriptors stand for
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))

point 0 'a descriptor has the name of what it came from, while that is so'
cat >names.c <<'END'
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
static int up[2];
static int first_of(int p[2], int *q)
{
	int r[2];
	pipe(p), r[0] = p[0];
	pipe(q);
	return r[0];
}
static void child(const int *down)
{
	char byte;
	close(up[0]);
	dup2(down[0], 0);
	close(down[0]);
	read(0, &byte, 1);
	_exit(0);
}
int main(void)
{
	int down[2], other[2], more[2], file;
	char byte = 1;
	pipe(up);
	pipe(down);
	first_of(other, more);
	if (fork() == 0)
		child(down);
	write(other[1], &byte, 1);
	write(more[1], &byte, 1);
	write(up[1], &byte, 1);
	close(up[0]);
	file = open("file", O_CREAT | O_RDWR, 0600);
	write(file, &byte, 1);
	rename("file", "moved");
	write(file, &byte, 1);
	unlink("moved");
	write(file, &byte, 1);
	close(file);
	pipe(up);
	write(up[1], &byte, 1);
	return wait(NULL) < 0;
}
END
run conc explore --processes names.c
expect_status 1
expect_out 'P1 waits at names.c:19 .*, called by main at line 30. in read.0, 1'
expect_out 'byte., the reading end of a pipe that was made at line 27$'
expect_out 'main write.up.1., 1 byte. +33:'
expect_out 'main close.up.0.. +34:'
expect_out 'main write.file, 1 byte. +36:'
expect_out 'main write.moved, 1 byte. +38:'
expect_out 'main write.[0-9]+, 1 byte. +40:'
expect_out 'main write.up.1., 1 byte. +43:'
expect_out 'P1 +close.up.0.. +16:'
expect_out 'P1 +close.down.0.. +18:'
expect 'no name of others' \
	sh -c "! grep -E 'main +write.(p|q|r|other|more)' '$out'"
run conc explore --processes --optimise 2 names.c
expect_status 1
expect_out 'main write.up.1., 1 byte. +33:'

point M2 'what does not fit into a pipe is written when there is room'
cat >large.c <<'END'
#include <assert.h>
#include <unistd.h>
static char text[200000];
int main(void)
{
	int ends[2];
	ssize_t n, got = 0;
	assert(pipe(ends) == 0);
	if (fork() == 0) {
		close(ends[0]);
		return write(ends[1], text, sizeof(text)) != sizeof(text);
	}
	close(ends[1]);
	while ((n = read(ends[0], text, sizeof(text))) > 0)
		got += n;
	assert(got == sizeof(text));
	return 0;
}
END
run conc explore --processes large.c
expect_status 0
expect_out '^all [0-9]+ schedules .*explored: none fails$'

point 0 'a local array has its name from its frame'
cat >frames.c <<'END'
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
static char text[70000];
int main(void)
{
	int data[2], go[2], both[2];
	char byte;
	pipe(data); pipe(go);
	socketpair(AF_UNIX, SOCK_STREAM, 0, both);
	for (int i = 0; i < 2; i++) {
		if (fork() == 0) {
			close(data[1]);
			read(go[0], &byte, 1);
			read(data[0], text, sizeof(text));
			_exit(0);
		}
	}
	write(both[0], "x", 1);
	write(data[1], text, sizeof(text));
	write(go[1], "ab", 2);
	while (wait(NULL) > 0)
		;
	return 0;
}
END
run conc explore --processes frames.c
expect_status 1
if [ "$(uname -m)" = x86_64 ]; then
	expect_out 'main write.both.0., 1 byte. +19:'
	expect_out 'P1 waits at frames.c:14 in read.go.0., 1 byte.$'
	tr -s '\n ' ' ' <"$out" >line
	expect 'what is full' grep -qF 'a pipe (data[1]) with 65536' line
	expect 'who could read it' grep -qF 'is open in P1 and P2, which' line
fi

finish
