/*
 * The machine part of ctx: one section per processor, each with
 *
 *	struct ctx_place   where a context stands while it does not run
 *	ctx_place_init     a place from where ctx_main(ctx, fn) will be called
 *	ctx_jump           store the place we are at in *from, go to *to
 *	ctx_jump_last      go to *to
 *
 * ctx_jump is an asm statement that declares every register as overwritten
 * which the compiler lets it declare; the others it stores: the stack
 * pointer, the frame pointer, and the register that a compiler may use as the
 * base of a realigned frame (rbx, x19). It writes nothing below the stack
 * pointer, where a leaf function may keep variables (the red zone).
 */
#ifndef LIB_CTX_IMPL_H
#define LIB_CTX_IMPL_H

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__) && !defined(__ILP32__) && !defined(CTX_UCONTEXT)
#define CTX_X86_64 1
#elif defined(__aarch64__) && !defined(__ILP32__) && !defined(CTX_UCONTEXT)
#define CTX_AARCH64 1
#else
#include <ucontext.h>
#endif

/* The first function of every context, in ctx.c. */
__attribute__((visibility("hidden"))) void ctx_main(
	struct ctx *self, ctx_fn fn);

#if defined(CTX_X86_64) || defined(CTX_AARCH64)
/* In ctx.c: calls ctx_main with what ctx_place_init left in two registers. */
__attribute__((visibility("hidden"))) void ctx_start(void);
#endif

#ifdef CTX_X86_64

struct ctx_place {
	void *sp;
	void *bp;
	void *bx;
	void *pc;
};

static inline void ctx_place_init(struct ctx_place *place, struct ctx *ctx,
	void *low, size_t size, ctx_fn fn)
{
	place->sp = (void *)(((uintptr_t)low + size) & ~(uintptr_t)15);
	place->bp = (void *)fn;
	place->bx = ctx;
	place->pc = (void *)ctx_start;
}

#if defined(__CET__) && (__CET__ & 1)
#define CTX_LANDING "endbr64\n\t"
#else
#define CTX_LANDING ""
#endif

#ifdef __AVX512F__
#define CTX_WIDE_REGISTERS                                                     \
	, "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22",       \
		"xmm23", "xmm24", "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", \
		"xmm30", "xmm31", "k1", "k2", "k3", "k4", "k5", "k6", "k7"
#else
#define CTX_WIDE_REGISTERS
#endif

__attribute__((always_inline)) static inline void ctx_jump(
	struct ctx_place *from, const struct ctx_place *to)
{
	__asm__ volatile("leaq 1f(%%rip), %%rax\n\t"
			 "movq %%rsp, 0(%%rdi)\n\t"
			 "movq %%rbp, 8(%%rdi)\n\t"
			 "movq %%rbx, 16(%%rdi)\n\t"
			 "movq %%rax, 24(%%rdi)\n\t"
			 "movq 0(%%rsi), %%rsp\n\t"
			 "movq 8(%%rsi), %%rbp\n\t"
			 "movq 16(%%rsi), %%rbx\n\t"
			 "jmpq *24(%%rsi)\n"
			 "1:\t" CTX_LANDING
			 : "+D"(from), "+S"(to)
			 :
			 : "rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12",
			 "r13", "r14", "r15", "xmm0", "xmm1", "xmm2", "xmm3",
			 "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",
			 "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
			 "xmm15" CTX_WIDE_REGISTERS, "st", "st(1)", "st(2)",
			 "st(3)", "st(4)", "st(5)", "st(6)", "st(7)", "cc",
			 "memory");
}

__attribute__((always_inline)) static inline _Noreturn void ctx_jump_last(
	const struct ctx_place *to)
{
	__asm__ volatile("movq 0(%0), %%rsp\n\t"
			 "movq 8(%0), %%rbp\n\t"
			 "movq 16(%0), %%rbx\n\t"
			 "jmpq *24(%0)"
			 :
			 : "S"(to)
			 : "memory");
	__builtin_unreachable();
}

#elif defined(CTX_AARCH64)

struct ctx_place {
	void *sp;
	void *fp;
	void *x19;
	void *pc;
};

static inline void ctx_place_init(struct ctx_place *place, struct ctx *ctx,
	void *low, size_t size, ctx_fn fn)
{
	place->sp = (void *)(((uintptr_t)low + size) & ~(uintptr_t)15);
	place->fp = (void *)fn;
	place->x19 = ctx;
	place->pc = (void *)ctx_start;
}

#ifdef __ARM_FEATURE_SVE
#define CTX_WIDE_REGISTERS                                                   \
	, "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", \
		"p11", "p12", "p13", "p14", "p15"
#else
#define CTX_WIDE_REGISTERS
#endif

/* hint #36 is "bti j": a place that an indirect branch may reach. */
__attribute__((always_inline)) static inline void ctx_jump(
	struct ctx_place *from, const struct ctx_place *to)
{
	register struct ctx_place *x0 __asm__("x0") = from;
	register const struct ctx_place *x1 __asm__("x1") = to;

	__asm__ volatile(
		"adr x9, 1f\n\t"
		"mov x10, sp\n\t"
		"stp x10, x29, [x0]\n\t"
		"stp x19, x9, [x0, #16]\n\t"
		"ldp x10, x29, [x1]\n\t"
		"ldp x19, x9, [x1, #16]\n\t"
		"mov sp, x10\n\t"
		"br x9\n"
		"1:\thint #36\n\t"
		: "+r"(x0), "+r"(x1)
		:
		: "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11",
		"x12", "x13", "x14", "x15", "x16", "x17", "x18", "x20", "x21",
		"x22", "x23", "x24", "x25", "x26", "x27", "x28", "x30", "v0",
		"v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10",
		"v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19",
		"v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28",
		"v29", "v30", "v31" CTX_WIDE_REGISTERS, "cc", "memory");
}

__attribute__((always_inline)) static inline _Noreturn void ctx_jump_last(
	const struct ctx_place *to)
{
	register const struct ctx_place *x1 __asm__("x1") = to;

	__asm__ volatile("ldp x10, x29, [x1]\n\t"
			 "ldp x19, x9, [x1, #16]\n\t"
			 "mov sp, x10\n\t"
			 "br x9"
			 :
			 : "r"(x1)
			 : "memory");
	__builtin_unreachable();
}

#else

struct ctx_place {
	ucontext_t ucontext;
};

void ctx_place_init(struct ctx_place *place, struct ctx *ctx, void *low,
	size_t size, ctx_fn fn);

__attribute__((always_inline)) static inline void ctx_jump(
	struct ctx_place *from, const struct ctx_place *to)
{
	swapcontext(&from->ucontext, &to->ucontext);
}

__attribute__((always_inline)) static inline _Noreturn void ctx_jump_last(
	const struct ctx_place *to)
{
	setcontext(&to->ucontext);
	__builtin_unreachable();
}

#endif

#endif
