/*
 * What -fsanitize=thread makes the compiler call: before each plain access,
 * and for the functions a thread enters and leaves. (The interface of the
 * thread sanitizer in LLVM, compiler-rt/lib/tsan/rtl/tsan_interface.h.)
 */
#include "lib/explore/runtime/left.h"
#include "lib/explore/runtime/rt.h"

#define HOOK(name, size, flags)                              \
	void name(void *address);                            \
	void name(void *address)                             \
	{                                                    \
		access_memory(address, size, flags, CALLER); \
	}

#define HOOKS_OF_SIZE(n)                                 \
	HOOK(__tsan_read##n, n, 0)                       \
	HOOK(__tsan_write##n, n, ACCESS_WRITE)           \
	HOOK(__tsan_unaligned_read##n, n, 0)             \
	HOOK(__tsan_unaligned_write##n, n, ACCESS_WRITE) \
	HOOK(__tsan_volatile_read##n, n, 0)              \
	HOOK(__tsan_volatile_write##n, n, ACCESS_WRITE)  \
	HOOK(__tsan_unaligned_volatile_read##n, n, 0)    \
	HOOK(__tsan_unaligned_volatile_write##n, n, ACCESS_WRITE)

HOOKS_OF_SIZE(1)
HOOKS_OF_SIZE(2)
HOOKS_OF_SIZE(4)
HOOKS_OF_SIZE(8)
HOOKS_OF_SIZE(16)

#define HOOK_READ_WRITE(name, size)                                 \
	void name(void *address);                                   \
	void name(void *address)                                    \
	{                                                           \
		access_memory(address, size, 0, CALLER);            \
		access_memory(address, size, ACCESS_WRITE, CALLER); \
	}

#define READ_WRITE_OF_SIZE(n)                    \
	HOOK_READ_WRITE(__tsan_read_write##n, n) \
	HOOK_READ_WRITE(__tsan_unaligned_read_write##n, n)

READ_WRITE_OF_SIZE(1)
READ_WRITE_OF_SIZE(2)
READ_WRITE_OF_SIZE(4)
READ_WRITE_OF_SIZE(8)
READ_WRITE_OF_SIZE(16)

void __tsan_read_range(void *address, unsigned long size);
void __tsan_read_range(void *address, unsigned long size)
{
	access_memory(address, size, 0, CALLER);
}

void __tsan_write_range(void *address, unsigned long size);
void __tsan_write_range(void *address, unsigned long size)
{
	access_memory(address, size, ACCESS_WRITE, CALLER);
}

void __tsan_vptr_update(void **address, void *value);
void __tsan_vptr_update(void **address, void *value)
{
	(void)value;
	access_memory(address, sizeof(*address), ACCESS_WRITE, CALLER);
}

void __tsan_vptr_read(void **address);
void __tsan_vptr_read(void **address)
{
	access_memory(address, sizeof(*address), 0, CALLER);
}

/* Programs that we compile have a frame pointer; the return address is next. */
#define TOP_OF_CALLER                                                        \
	(rt->wire->config.compiled                                           \
			? *(const uint64_t *)__builtin_frame_address(0) + 16 \
			: (uint64_t)(uintptr_t)__builtin_frame_address(0))

void __tsan_func_entry(void *caller);
void __tsan_func_entry(void *caller)
{
	struct thread *thread;

	if (!rt || !rt->in_execution)
		return;
	thread = self();
	thread->lowest = (uint64_t)(uintptr_t)END_OF_CALLER;
	if (thread->nframes < MAX_FRAMES)
		thread->frames[thread->nframes] = (struct frame){
			.call = (uint64_t)(uintptr_t)caller,
			.pc = CALLER,
			.top = TOP_OF_CALLER,
		};
	thread->nframes++;
}

void __tsan_func_exit(void);
void __tsan_func_exit(void)
{
	struct thread *thread;

	if (!rt || !rt->in_execution)
		return;
	thread = self();
	if (thread->pending_write)
		trace_written(thread);
	thread->lowest = TOP_OF_CALLER;
	thread->left_pc = CALLER;
	if (!thread->nframes)
		return;
	thread->nframes--;
	if (rt->tracing)
		left_note(thread,
			(uint64_t)(uintptr_t)__builtin_frame_address(0));
}

void __tsan_init(void);
void __tsan_init(void)
{
}
