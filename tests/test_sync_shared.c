/* Locks in memory that processes share, and what they do when one dies. */
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/sync.h"
#include "tests/suite.h"

static uint64_t in_ms(uint64_t ms)
{
	return clock_now() + ms * CLOCK_NS_PER_MS;
}

/* Memory that children made by fork have in common with their parent. */
static void *common_memory(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ck_assert_ptr_ne(memory, MAP_FAILED);
	return memory;
}

struct will {
	struct mutex lock;
	struct semaphore locked;
	struct semaphore die;
	int halves[2]; /* guarded by lock: equal */
};

static struct will *make_will(void)
{
	struct will *will = common_memory(sizeof(*will));

	ck_assert_int_eq(mutex_init(&will->lock, MUTEX_SHARED), 0);
	semaphore_init(&will->locked, SEMAPHORE_SHARED, 0);
	semaphore_init(&will->die, SEMAPHORE_SHARED, 0);
	return will;
}

/* A child that locks, says so, and dies half way through a change. */
static pid_t die_holding(struct will *will)
{
	pid_t pid = fork();

	if (pid == 0) {
		mutex_lock(&will->lock);
		will->halves[0]++;
		semaphore_post(&will->locked);
		semaphore_wait(&will->die, CLOCK_NEVER);
		kill(getpid(), SIGKILL);
	}
	ck_assert_int_ge(pid, 0);
	semaphore_wait(&will->locked, CLOCK_NEVER);
	return pid;
}

static void bury(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(WTERMSIG(status), SIGKILL);
}

START_TEST(the_death_of_an_owner_is_told_once)
{
	struct will *will = make_will();
	pid_t pid = die_holding(will);

	ck_assert_int_eq(mutex_lock_until(&will->lock, 0), -EAGAIN);
	ck_assert_int_eq(mutex_lock_until(&will->lock, in_ms(2)), -ETIMEDOUT);
	semaphore_post(&will->die);
	bury(pid);
	ck_assert_int_eq(mutex_lock(&will->lock), MUTEX_OWNER_DIED);
	ck_assert_int_ne(will->halves[0], will->halves[1]);
	will->halves[1] = will->halves[0];
	mutex_unlock(&will->lock);
	ck_assert_int_eq(mutex_lock(&will->lock), 0);
	mutex_unlock(&will->lock);
	mutex_fini(&will->lock);
}
END_TEST

START_TEST(who_waits_for_a_dying_owner_gets_the_lock)
{
	struct will *will = make_will();

	for (int i = 0; i < 20; i++) {
		pid_t pid = die_holding(will);

		semaphore_post(&will->die);
		ck_assert_int_eq(mutex_lock(&will->lock), MUTEX_OWNER_DIED);
		mutex_unlock(&will->lock);
		bury(pid);
	}
}
END_TEST

START_TEST(dying_in_the_repair_is_told_again)
{
	struct will *will = make_will();

	for (int i = 0; i < 3; i++) {
		pid_t pid = die_holding(will);

		semaphore_post(&will->die);
		bury(pid);
	}
	ck_assert_int_eq(mutex_lock_until(&will->lock, 0), MUTEX_OWNER_DIED);
	mutex_unlock(&will->lock);
}
END_TEST

/* A child is not the thread that made it, though it remembers all it knew. */
START_TEST(l1_a_child_does_not_hold_what_its_parent_holds)
{
	struct will *will = make_will();
	int status;
	pid_t pid;

	ck_assert_int_eq(mutex_lock(&will->lock), 0);
	pid = fork();
	if (pid == 0)
		_exit(mutex_held(&will->lock) ||
			mutex_release(&will->lock) != -EPERM ||
			mutex_lock_until(&will->lock, 0) != -EAGAIN);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	ck_assert(mutex_held(&will->lock));
	mutex_unlock(&will->lock);
}
END_TEST

int main(void)
{
	return suite_run("sync_shared", 60,
		(const TTest *const[]){
			the_death_of_an_owner_is_told_once,
			who_waits_for_a_dying_owner_gets_the_lock,
			dying_in_the_repair_is_told_again,
			l1_a_child_does_not_hold_what_its_parent_holds,
			NULL,
		});
}
