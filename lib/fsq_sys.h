/*
 * fsq_sys - the system calls that a filesystem queue is made of
 *
 * Each is the call itself with three things settled once: it returns a
 * negative errno value, it is repeated after a signal, and what it opens is
 * closed by exec. A durable operation is a list of these calls and nothing
 * else, and before each one a hook is asked, if there is one: a test that
 * counts the calls can stop, kill or fail an operation at every one of them.
 *
 * Threads:  any; the hook is set while there is one.
 * Blocking: as the calls do. fsq_sys_flock never waits for another process.
 * Memory:   none.
 */
#ifndef LIB_FSQ_SYS_H
#define LIB_FSQ_SYS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

enum fsq_call {
	FSQ_OPEN,
	FSQ_READ,
	FSQ_WRITE,
	FSQ_CHOWN,
	FSQ_CHMOD,
	FSQ_FSYNC,
	FSQ_CLOSE,
	FSQ_LINK,
	FSQ_UNLINK,
	FSQ_RENAME,
	FSQ_FLOCK,
	FSQ_FSTAT,
	FSQ_STAT,
	FSQ_MKDIR,
	FSQ_RMDIR,
	FSQ_MKFIFO,
	FSQ_NCALLS
};

/*
 * Asked before each call. name is the name that the call is about, "" when
 * there is only a descriptor. Returns 0: make the call; a negative errno value:
 * return that instead; for FSQ_READ and FSQ_WRITE, n > 0: with n bytes at most.
 */
typedef int (*fsq_sys_hook_fn)(enum fsq_call call, const char *name, void *arg);

/* NULL: no hook. */
void fsq_sys_set_hook(fsq_sys_hook_fn hook, void *arg);

/* All return 0, or what is said, or a negative errno value. */

/* Returns the descriptor; O_CLOEXEC is implied. */
int fsq_sys_open(int dir, const char *name, int flags, mode_t mode);

/* After a failure the descriptor is gone all the same. */
int fsq_sys_close(int fd);

/* Returns how many bytes were read, 0 at the end. */
ssize_t fsq_sys_read(int fd, void *data, size_t size);

/* All of it: short writes go on. */
int fsq_sys_write(int fd, const void *data, size_t size);

int fsq_sys_chown(int fd, uid_t uid, gid_t gid);
int fsq_sys_chmod(int fd, mode_t mode);
int fsq_sys_fsync(int fd);

/*
 * Sync the whole filesystem of a file; asked about as FSQ_FSYNC. -ENOSYS: the
 * kernel is older than 5.8 and would not tell of failures.
 */
int fsq_sys_syncfs(int fd);

int fsq_sys_link(int from, const char *old, int to, const char *new);

/* Give the file behind a descriptor of O_TMPFILE a name. */
int fsq_sys_link_fd(int fd, int to, const char *name);

int fsq_sys_unlink(int dir, const char *name);

/* Never replaces: -EEXIST. Where the kernel or the filesystem lacks that:
 * -EINVAL or -ENOSYS, see fsq_sys_rename_over. */
int fsq_sys_rename(int from, const char *old, int to, const char *new);
int fsq_sys_rename_over(int from, const char *old, int to, const char *new);

/* Lock the open file for itself alone; -EAGAIN when another has. */
int fsq_sys_flock(int fd);

int fsq_sys_fstat(int fd, struct stat *st);

/* Of the name itself, not of what a symbolic link points to. */
int fsq_sys_stat(int dir, const char *name, struct stat *st);

int fsq_sys_mkdir(int dir, const char *name, mode_t mode);
int fsq_sys_rmdir(int dir, const char *name);
int fsq_sys_mkfifo(int dir, const char *name, mode_t mode);

#endif
