#include "lib/explore/runtime/entry.h"

struct entry entry;

#if defined(__x86_64__)

#define STUB(from, to)                                       \
	__asm__(".text\n"                                    \
		".globl " #from "\n"                         \
		".type " #from ", @function\n" #from ":\n\t" \
		".cfi_startproc\n\t"                         \
		"endbr64\n\t"                                \
		"movq (%rsp), %r11\n\t"                      \
		"movq %r11, entry(%rip)\n\t"                 \
		"leaq 8(%rsp), %r11\n\t"                     \
		"movq %r11, entry+8(%rip)\n\t"               \
		"movq %rbx, entry+16(%rip)\n\t"              \
		"movq %rbp, entry+24(%rip)\n\t"              \
		"movq %r12, entry+32(%rip)\n\t"              \
		"movq %r13, entry+40(%rip)\n\t"              \
		"movq %r14, entry+48(%rip)\n\t"              \
		"movq %r15, entry+56(%rip)\n\t"              \
		"jmp " #to "\n\t"                            \
		".cfi_endproc\n"                             \
		".size " #from ", . - " #from "\n")

#elif defined(__aarch64__)

#define STUB(from, to)                                       \
	__asm__(".text\n"                                    \
		".globl " #from "\n"                         \
		".type " #from ", %function\n" #from ":\n\t" \
		".cfi_startproc\n\t"                         \
		"hint #34\n\t"                               \
		"adrp x16, entry\n\t"                        \
		"add x16, x16, :lo12:entry\n\t"              \
		"mov x17, sp\n\t"                            \
		"stp x30, x17, [x16]\n\t"                    \
		"stp x19, x20, [x16, #16]\n\t"               \
		"stp x21, x22, [x16, #32]\n\t"               \
		"stp x23, x24, [x16, #48]\n\t"               \
		"stp x25, x26, [x16, #64]\n\t"               \
		"stp x27, x28, [x16, #80]\n\t"               \
		"str x29, [x16, #96]\n\t"                    \
		"b " #to "\n\t"                              \
		".cfi_endproc\n"                             \
		".size " #from ", . - " #from "\n")

#else

#define STUB(from, to) __asm__(".globl " #from "\n.set " #from ", " #to "\n")

#endif

#define ENTER(name) STUB(__conc_##name, name)
#define ENTER_ENTERED(name) STUB(__conc_##name, __entered_##name)

#define ENTER_READS(n)                   \
	ENTER(__tsan_read##n);           \
	ENTER(__tsan_load##n);           \
	ENTER(__tsan_unaligned_read##n); \
	ENTER(__tsan_volatile_read##n);  \
	ENTER(__tsan_unaligned_volatile_read##n)

#define ENTER_ATOMICS(bits)                                   \
	ENTER(__tsan_atomic##bits##_load);                    \
	ENTER(__tsan_atomic##bits##_exchange);                \
	ENTER(__tsan_atomic##bits##_fetch_add);               \
	ENTER(__tsan_atomic##bits##_fetch_sub);               \
	ENTER(__tsan_atomic##bits##_fetch_and);               \
	ENTER(__tsan_atomic##bits##_fetch_or);                \
	ENTER(__tsan_atomic##bits##_fetch_xor);               \
	ENTER(__tsan_atomic##bits##_compare_exchange_strong); \
	ENTER(__tsan_atomic##bits##_compare_exchange_weak);   \
	ENTER(__tsan_atomic##bits##_compare_exchange_val)

ENTER_READS(1);
ENTER_READS(2);
ENTER_READS(4);
ENTER_READS(8);
ENTER_READS(16);
ENTER_ATOMICS(8);
ENTER_ATOMICS(16);
ENTER_ATOMICS(32);
ENTER_ATOMICS(64);
ENTER_ENTERED(pthread_mutex_trylock);
ENTER_ENTERED(pthread_spin_trylock);
ENTER_ENTERED(pthread_rwlock_tryrdlock);
ENTER_ENTERED(pthread_rwlock_trywrlock);
ENTER_ENTERED(mtx_trylock);
ENTER_ENTERED(sem_trywait);
