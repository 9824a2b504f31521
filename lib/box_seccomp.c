/*
 * System calls that no exercise and no compiler needs, refused for this
 * process and its children. What it lists is dangerous with rights that the
 * process does not have, too: each was the way out of some box once.
 */
#include "lib/box_impl.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef OUR_ARCHITECTURE

enum {
	MOST_STEPS = 512,
	OTHER_ABI = 0x40000000, /* x32: other numbers for the same calls */
	NEW_NAMESPACES = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS |
			 CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |
			 CLONE_NEWCGROUP,
};

struct filter {
	struct sock_filter steps[MOST_STEPS];
	unsigned short n;
};

static const int refused[] = {
	/* other file systems and namespaces */
	SYS_mount,
	SYS_umount2,
	SYS_pivot_root,
	SYS_chroot,
	SYS_unshare,
	SYS_setns,
	SYS_swapon,
	SYS_swapoff,
	SYS_quotactl,
	SYS_acct,
	SYS_name_to_handle_at,
	SYS_open_by_handle_at,
	428 /* open_tree */,
	429 /* move_mount */,
	430 /* fsopen */,
	431 /* fsconfig */,
	432 /* fsmount */,
	433 /* fspick */,
	442 /* mount_setattr */,
	/* other processes */
	SYS_ptrace,
	SYS_process_vm_readv,
	SYS_process_vm_writev,
	SYS_kcmp,
	434 /* pidfd_open */,
	438 /* pidfd_getfd */,
	440 /* process_madvise */,
	SYS_perf_event_open,
	SYS_move_pages,
	SYS_migrate_pages,
	/* the kernel */
	SYS_bpf,
	SYS_kexec_load,
	SYS_init_module,
	SYS_finit_module,
	SYS_delete_module,
	SYS_reboot,
	SYS_syslog,
	SYS_userfaultfd,
	SYS_add_key,
	SYS_request_key,
	SYS_keyctl,
	SYS_settimeofday,
	SYS_clock_settime,
	SYS_adjtimex,
	SYS_clock_adjtime,
	SYS_sethostname,
	SYS_setdomainname,
	SYS_vhangup,
	SYS_fanotify_init,
#ifdef __x86_64__
	SYS_kexec_file_load,
	SYS_iopl,
	SYS_ioperm,
	SYS_modify_ldt,
	SYS_lookup_dcookie,
#endif
};

/*
 * What Landlock, which knows of contents alone, lets pass: where the program
 * sees the real files, and is no compiler, which has to do such things.
 */
static const int attributes[] = {
	SYS_fchmod,
	SYS_fchmodat,
	SYS_fchown,
	SYS_fchownat,
	SYS_utimensat,
	SYS_setxattr,
	SYS_lsetxattr,
	SYS_fsetxattr,
	SYS_removexattr,
	SYS_lremovexattr,
	SYS_fremovexattr,
	452 /* fchmodat2 */,
#ifdef __x86_64__
	SYS_chmod,
	SYS_chown,
	SYS_lchown,
	SYS_utime,
	SYS_utimes,
	SYS_futimesat,
#endif
};

/* Calls that are newer than others which do: who uses them looks for this. */
static const int unknown[] = {
	425 /* io_uring_setup */,
	426 /* io_uring_enter */,
	435 /* clone3 */,
};

static void add(struct filter *filter, unsigned short code, unsigned char yes,
	unsigned char no, uint32_t value)
{
	if (filter->n < MOST_STEPS)
		filter->steps[filter->n++] = (struct sock_filter){
			code, yes, no, value};
}

static void load(struct filter *filter, size_t offset)
{
	add(filter, BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset);
}

static void load_argument(struct filter *filter, unsigned i)
{
	load(filter, offsetof(struct seccomp_data, args) + 8 * i);
}

static void refuse(struct filter *filter, int error)
{
	add(filter, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | (uint32_t)error);
}

/* Go on with the next n steps only if the call is this one. */
static void if_call(struct filter *filter, int number, unsigned char n)
{
	load(filter, offsetof(struct seccomp_data, nr));
	add(filter, BPF_JMP | BPF_JEQ | BPF_K, 0, n, (uint32_t)number);
}

static void refuse_call(struct filter *filter, int number, int error)
{
	if_call(filter, number, 1);
	refuse(filter, error);
}

static void refuse_unless(struct filter *filter, int number, unsigned argument,
	uint32_t value, int error)
{
	if_call(filter, number, 3);
	load_argument(filter, argument);
	add(filter, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, value);
	refuse(filter, error);
}

static void refuse_value(struct filter *filter, int number, unsigned argument,
	uint32_t value, int error)
{
	if_call(filter, number, 3);
	load_argument(filter, argument);
	add(filter, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, value);
	refuse(filter, error);
}

static void refuse_bits(struct filter *filter, int number, unsigned argument,
	uint32_t bits, int error)
{
	if_call(filter, number, 3);
	load_argument(filter, argument);
	add(filter, BPF_JMP | BPF_JSET | BPF_K, 0, 1, bits);
	refuse(filter, error);
}

static void refuse_other_abis(struct filter *filter)
{
	load(filter, offsetof(struct seccomp_data, arch));
	add(filter, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, OUR_ARCHITECTURE);
	refuse(filter, EPERM);
	load(filter, offsetof(struct seccomp_data, nr));
	add(filter, BPF_JMP | BPF_JGE | BPF_K, 0, 1, OTHER_ABI);
	refuse(filter, EPERM);
}

/* Without a process namespace all stay in one process group. */
static void keep_together(struct filter *filter, bool scoped)
{
	refuse_call(filter, SYS_setsid, EPERM);
	refuse_call(filter, SYS_setpgid, EPERM);
	if (scoped)
		return;
	refuse_unless(filter, SYS_kill, 0, (uint32_t)getpid(), EPERM);
	refuse_unless(filter, SYS_tgkill, 0, (uint32_t)getpid(), EPERM);
	refuse_unless(
		filter, SYS_rt_sigqueueinfo, 0, (uint32_t)getpid(), EPERM);
	refuse_unless(
		filter, SYS_rt_tgsigqueueinfo, 0, (uint32_t)getpid(), EPERM);
	refuse_call(filter, SYS_tkill, EPERM);
	refuse_call(filter, 424 /* pidfd_send_signal */, EPERM);
}

static void refuse_all(
	struct filter *filter, const int *numbers, size_t n, int error)
{
	for (size_t i = 0; i < n; i++)
		refuse_call(filter, numbers[i], error);
}

#define N(array) (sizeof(array) / sizeof(*(array)))

static void write_filter(struct filter *filter, const struct box_plan *plan)
{
	refuse_other_abis(filter);
	refuse_all(filter, refused, N(refused), EPERM);
	refuse_all(filter, unknown, N(unknown), ENOSYS);
	if ((plan->missing & BOX_FILES) && !box_has(plan->options, BOX_COPY))
		refuse_all(filter, attributes, N(attributes), EPERM);
	refuse_bits(filter, SYS_clone, 0, NEW_NAMESPACES, EPERM);
	refuse_unless(filter, SYS_socket, 0, AF_UNIX, EACCES);
	refuse_value(filter, SYS_ioctl, 1, TIOCSTI, EPERM);
	if (plan->missing & BOX_PIDS)
		keep_together(filter, plan->scoped);
	add(filter, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW);
}

int box_seccomp(const struct box_plan *plan)
{
	struct filter filter = {.n = 0};
	struct sock_fprog program = {.filter = filter.steps};

	write_filter(&filter, plan);
	program.len = filter.n;
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		return -errno;
	return 0;
}

#else

int box_seccomp(const struct box_plan *plan)
{
	(void)plan;
	return -ENOSYS;
}

#endif
