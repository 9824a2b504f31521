#include "lib/explore/runtime/shim/shim.h"

#include <errno.h>
#include <link.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static struct desk *desk;
static struct desk_place *place;
static bool is_program; /* the one that has lines */
static sigset_t mask; /* of the program, while we hold all signals back */

static const sigset_t *instead;
static struct descriptor about; /* what the next call is about */
static uintptr_t data, data_end; /* of the program */

void shim_block_instead(const sigset_t *signals)
{
	instead = signals;
}

struct desk_place *shim_place(void)
{
	return place;
}

bool shim_has_lines(void)
{
	return is_program;
}

static void ring(void)
{
	while (syscall(SYS_write, DESK_BELL, "", 1) < 0 && errno == EINTR)
		;
}

/* The scheduler is gone, and nobody will ever give an order. */
static void leave_if_alone(void)
{
	struct pollfd bell = {.fd = DESK_BELL};

	if (syscall(SYS_poll, &bell, 1, 0) > 0 && bell.revents & POLLERR)
		syscall(SYS_exit_group, 1);
}

static uint32_t wait_for_order(void)
{
	const struct timespec second = {.tv_sec = 1};
	uint32_t order;

	while ((order = atomic_load(&place->order)) == DESK_WAIT) {
		syscall(SYS_futex, &place->order, FUTEX_WAIT, DESK_WAIT,
			&second, NULL, 0);
		leave_if_alone();
	}
	atomic_store(&place->order, DESK_WAIT);
	return order;
}

static void on_fault(int signal);

bool shim_handles(int signal)
{
	struct sigaction action;

	return REAL(sigaction)(signal, NULL, &action) == 0 &&
	       action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN &&
	       action.sa_handler != on_fault;
}

/* What is blocked is pending even if nobody will ever take note of it. */
static bool is_ignored(int signal)
{
	struct sigaction action;

	if (REAL(sigaction)(signal, NULL, &action) < 0)
		return true;
	return action.sa_handler == SIG_IGN ||
	       (action.sa_handler == SIG_DFL &&
		       (signal == SIGCHLD || signal == SIGURG ||
			       signal == SIGWINCH || signal == SIGCONT));
}

/* A signal has come that the process would take now. */
static bool signalled(void)
{
	sigset_t pending;

	sigpending(&pending);
	for (int i = 1; i < NSIG; i++) {
		if (sigismember(&pending, i) == 1 &&
			sigismember(&mask, i) == 0 && !is_ignored(i))
			return true;
	}
	return false;
}

/* The signals that have come are taken; a handler may ask for turns, too. */
static void let_in(const sigset_t *old)
{
	const sigset_t *first = instead;

	instead = NULL;
	if (first)
		REAL(sigprocmask)(SIG_SETMASK, first, NULL);
	REAL(sigprocmask)(SIG_SETMASK, old, NULL);
}

/* Signals come when it goes on: not at any time. */
static void stop(shim_can_fn can, const void *wait)
{
	sigset_t all, old;

	sigfillset(&all);
	REAL(sigprocmask)(SIG_BLOCK, &all, &old);
	mask = instead ? *instead : old;
	place->waits = can != NULL;
	do {
		place->rests = false;
		place->can = !can || can(wait) || signalled();
		atomic_store(&place->state, DESK_STOPPED);
		ring();
	} while (wait_for_order() == DESK_LOOK);
	atomic_store(&place->state, DESK_RUNNING);
	place->has_result = false;
	let_in(&old);
}

bool shim_never(const void *wait)
{
	(void)wait;
	return false;
}

bool shim_rests(const void *wait)
{
	(void)wait;
	place->rests = true;
	return true;
}

_Atomic uint64_t *shim_ahead(void)
{
	return &desk->ahead_ns;
}

bool shim_is_alone(void)
{
	return atomic_load(&desk->nplaces) == 1;
}

/* Where it begins: the address of its caller's, and where that goes on. */
struct frame {
	const struct frame *outer;
	uint64_t returns;
};

static const struct frame *outermost; /* of what has called main */

void shim_begin(const void *frame)
{
	outermost = frame;
}

/* All up to the outermost is there to be read, then. */
static bool is_on_first_stack(const struct frame *frame)
{
	const uintptr_t most = 8 << 20;

	return frame < outermost &&
	       (uintptr_t)outermost - (uintptr_t)frame < most;
}

static const struct frame *go_out(const struct frame *frame)
{
	const struct frame *outer = frame->outer;

	return outer > frame && outer < outermost &&
			       (uintptr_t)outer % sizeof(void *) == 0
		       ? outer
		       : NULL;
}

/* Ours come first, up to the one that was called from `pc`. */
static void note_calls(uint64_t pc)
{
	const struct frame *frame = __builtin_frame_address(0);
	unsigned n = 0;

	memset(place->calls, 0, sizeof(place->calls));
	if (!desk->has_frames || !is_program || !pc ||
		!is_on_first_stack(frame))
		return;
	while (frame && frame->returns != pc)
		frame = go_out(frame);
	while (frame && n < DESK_CALLS) {
		frame = go_out(frame);
		if (frame)
			place->calls[n++] = frame->returns;
	}
}

static void ask_for_turn(
	uint64_t pc, shim_can_fn can, const void *wait, const char *call)
{
	strcpy(place->call, call);
	place->pc = is_program ? pc : 0;
	place->descriptor = about;
	place->in_pipe = -1;
	note_calls(pc);
	stop(can, wait);
}

__attribute__((format(printf, 5, 0))) static void ask(uint64_t pc,
	shim_can_fn can, const void *wait, bool again, const char *format,
	va_list arguments)
{
	int error = errno;
	char call[WIRE_TEXT_SIZE];

	vsnprintf(call, sizeof(call), format, arguments);
	do
		ask_for_turn(pc, can, wait, call);
	while (again && can && !can(wait));
	about = (struct descriptor){.kind = DESCRIPTOR_UNKNOWN};
	errno = error;
}

void shim_about(int fd)
{
	about = shim_descriptor(fd);
}

bool shim_has_frames(void)
{
	return desk->has_frames && is_program;
}

bool shim_is_data(const void *p)
{
	return (uintptr_t)p >= data && (uintptr_t)p < data_end;
}

bool shim_is_local(const void *p)
{
	const void *frame = __builtin_frame_address(0);

	return is_on_first_stack(frame) && p > frame &&
	       p < (const void *)outermost;
}

void shim_ask(
	uint64_t pc, shim_can_fn can, const void *wait, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	ask(pc, can, wait, true, format, arguments);
	va_end(arguments);
}

void shim_ask_once(
	uint64_t pc, shim_can_fn can, const void *wait, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	ask(pc, can, wait, false, format, arguments);
	va_end(arguments);
}

void shim_tell(long result)
{
	place->result = (int32_t)result;
	place->error = result < 0 ? errno : 0;
	place->came[0] = '\0';
	place->has_result = true;
}

void shim_tell_words(long result, const char *format, ...)
{
	va_list arguments;

	shim_tell(result);
	va_start(arguments, format);
	vsnprintf(place->came, sizeof(place->came), format, arguments);
	va_end(arguments);
}

void shim_share(void)
{
	atomic_store(&desk->shares, true);
}

_Noreturn void shim_fail(
	enum finding_kind kind, uint64_t pc, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(place->call, sizeof(place->call), format, arguments);
	va_end(arguments);
	place->pc = is_program ? pc : 0;
	place->descriptor = (struct descriptor){.kind = DESCRIPTOR_UNKNOWN};
	place->found = (uint8_t)kind;
	for (;;)
		stop(NULL, NULL);
}

struct desk_place *shim_reserve(void)
{
	uint32_t n = atomic_load(&desk->nplaces);
	struct desk_place *child = &desk->places[n];

	if (n == DESK_PLACES)
		return NULL;
	child->parent = getpid();
	atomic_store(&child->pid, 0);
	atomic_store(&child->state, DESK_RUNNING);
	atomic_store(&desk->nplaces, n + 1);
	return child;
}

void shim_be(struct desk_place *child)
{
	place = child;
	atomic_store(&place->pid, getpid());
}

struct desk_place *shim_find(int pid)
{
	uint32_t n = atomic_load(&desk->nplaces);

	for (uint32_t i = n; i-- > 0;) {
		if (atomic_load(&desk->places[i].pid) == pid)
			return &desk->places[i];
	}
	return NULL;
}

const char *shim_name(int pid, char *name)
{
	struct desk_place *found = shim_find(pid);
	int i = found ? (int)(found - desk->places) : pid;

	snprintf(name, SHIM_NAME_SIZE, !found ? "%d" : i ? "P%d" : "main", i);
	return name;
}

static struct desk_place *find_reserved(void)
{
	uint32_t n = atomic_load(&desk->nplaces);

	for (uint32_t i = n; i-- > 0;) {
		struct desk_place *free = &desk->places[i];

		if (atomic_load(&free->pid) == 0 &&
			atomic_load(&free->state) == DESK_RUNNING &&
			free->parent == getppid())
			return free;
	}
	return NULL;
}

static int note_base(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	desk->base = info->dlpi_addr;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];

		if (part->p_type != PT_LOAD || !(part->p_flags & PF_W))
			continue;
		data = info->dlpi_addr + part->p_vaddr;
		data_end = data + part->p_memsz;
	}
	return 1;
}

static void find_out_who_we_are(void)
{
	struct stat st;

	is_program = stat("/proc/self/exe", &st) == 0 &&
		     desk->device == st.st_dev && desk->inode == st.st_ino;
	if (is_program)
		dl_iterate_phdr(note_base, NULL);
}

/* Until the program has a handler of its own. */
static void on_fault(int signal)
{
	shim_fail(FOUND_SIGNAL, 0, "died of signal %d (%s)", signal,
		sigabbrev_np(signal));
}

static void watch_faults(void)
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		REAL(signal)(faults[i], on_fault);
}

/* After an exec it has its place already. */
__attribute__((constructor(101))) static void setup(void)
{
	struct desk_place *ours;
	void *p = mmap(NULL, sizeof(*desk), PROT_READ | PROT_WRITE, MAP_SHARED,
		WIRE_DESCRIPTOR, 0);

	if (p == MAP_FAILED)
		return;
	desk = p;
	ours = shim_find(getpid());
	if (!ours)
		ours = find_reserved();
	if (!ours)
		return;
	find_out_who_we_are();
	shim_be(ours);
	watch_faults();
}
