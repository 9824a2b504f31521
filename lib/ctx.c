#include "lib/ctx.h"

#include <stdint.h>

#include "lib/must.h"

__attribute__((used)) void ctx_main(struct ctx *self, ctx_fn fn)
{
	ctx_arrived(self);
	fn(self);
	must(!"a context's function returned");
}

/*
 * ctx_start is the outermost frame of every context. It declares its return
 * address undefined, which is how debuggers know that a stack ends here;
 * valgrind wants to find a zero there.
 */
#ifdef CTX_X86_64

__asm__(".text\n"
	".p2align 4\n"
	".hidden ctx_start\n"
	".globl ctx_start\n"
	".type ctx_start, @function\n"
	"ctx_start:\n\t"
	".cfi_startproc\n\t"
	".cfi_undefined rip\n\t" CTX_LANDING "movq %rbx, %rdi\n\t"
	"movq %rbp, %rsi\n\t"
	"xorl %ebp, %ebp\n\t"
	"pushq $0\n\t"
	"pushq $0\n\t"
	"call ctx_main\n\t"
	"ud2\n\t"
	".cfi_endproc\n"
	".size ctx_start, . - ctx_start\n");

#elif defined(CTX_AARCH64)

__asm__(".text\n"
	".p2align 4\n"
	".hidden ctx_start\n"
	".globl ctx_start\n"
	".type ctx_start, %function\n"
	"ctx_start:\n\t"
	".cfi_startproc\n\t"
	".cfi_undefined x30\n\t"
	"hint #36\n\t"
	"mov x0, x19\n\t"
	"mov x1, x29\n\t"
	"mov x29, #0\n\t"
	"mov x30, #0\n\t"
	"bl ctx_main\n\t"
	"brk #1\n\t"
	".cfi_endproc\n"
	".size ctx_start, . - ctx_start\n");

#else

/* makecontext passes on nothing but int: a pointer goes as two halves. */
static void start_from_halves(unsigned self_high, unsigned self_low,
	unsigned fn_high, unsigned fn_low)
{
	uint64_t self = (uint64_t)self_high << 32 | self_low;
	uint64_t fn = (uint64_t)fn_high << 32 | fn_low;

	ctx_main((struct ctx *)(uintptr_t)self, (ctx_fn)(uintptr_t)fn);
}

void ctx_place_init(struct ctx_place *place, struct ctx *ctx, void *low,
	size_t size, ctx_fn fn)
{
	ucontext_t *uc = &place->ucontext;
	uint64_t self = (uintptr_t)ctx;
	uint64_t fn_bits = (uintptr_t)fn;

	must_zero(getcontext(uc));
	uc->uc_stack.ss_sp = low;
	uc->uc_stack.ss_size = size;
	uc->uc_link = NULL;
	makecontext(uc, (void (*)(void))start_from_halves, 4,
		(unsigned)(self >> 32), (unsigned)self,
		(unsigned)(fn_bits >> 32), (unsigned)fn_bits);
}

#endif
