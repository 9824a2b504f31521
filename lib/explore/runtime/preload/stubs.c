/*
 * What stands in front of the C library in a program that was built by
 * somebody else. The runtime is loaded before all other libraries; for each
 * function that it has a version of (EXPLORE_NAMES lists them, one
 * NAME(pthread_create) a line) there are here
 *
 *	pthread_create          what everybody calls: while an execution is
 *	                        under way the runtime's, otherwise the real one
 *	__real_pthread_create   what the runtime itself calls: the real one
 *
 * Both jump and leave the arguments as they are, whatever they are.
 *
 * The heap is different: its functions are called by the C library, too, for
 * memory of its own, which no execution may take back; and by the program
 * before main.
 */
#include "lib/explore/runtime/rt.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>

#define NAME(name) void *__slot_##name;
#include EXPLORE_NAMES
#undef NAME

static const struct slot {
	const char *name;
	void **real;
} slots[] = {
#define NAME(name) {#name, &__slot_##name},
#include EXPLORE_NAMES
#undef NAME
};

/* A flag at the start of struct rt is all that is looked at. */
_Static_assert(offsetof(struct rt, in_execution) == 0, "see STUB");

#if defined(__x86_64__)
#define STUB(name)                                         \
	__asm__(".text\n.balign 16\n"                      \
		".globl " #name "\n"                       \
		".type " #name ", @function\n" #name ":\n" \
		"	mov rt(%rip), %r11\n"                    \
		"	test %r11, %r11\n"                       \
		"	jz __real_" #name "\n"             \
		"	cmpb $0, (%r11)\n"                       \
		"	jne __conc_" #name "\n" REAL(name))
#define REAL(name)                                            \
	".globl __real_" #name "\n.hidden __real_" #name "\n" \
	".hidden __conc_" #name "\n"                          \
	"__real_" #name ":\n"                                 \
	"	jmp *__slot_" #name "(%rip)\n"
#elif defined(__aarch64__)
#define STUB(name)                                         \
	__asm__(".text\n.balign 16\n"                      \
		".globl " #name "\n"                       \
		".type " #name ", @function\n" #name ":\n" \
		"	adrp x16, rt\n"                          \
		"	ldr x16, [x16, :lo12:rt]\n"              \
		"	cbz x16, __real_" #name "\n"       \
		"	ldrb w16, [x16]\n"                       \
		"	cbz w16, __real_" #name "\n"       \
		"	b __conc_" #name "\n" REAL(name))
#define REAL(name)                                            \
	".globl __real_" #name "\n.hidden __real_" #name "\n" \
	".hidden __conc_" #name "\n"                          \
	"__real_" #name ":\n"                                 \
	"	adrp x16, __slot_" #name "\n"                 \
	"	ldr x16, [x16, :lo12:__slot_" #name "]\n"     \
	"	br x16\n"
#else
#define STUB(name)
#define REAL(name) ""
#endif

__asm__(".hidden rt\n");

#define NAME(name) STUB(name);
#define HEAP_NAME(name) __asm__(".text\n" REAL(name));
#include EXPLORE_STUBS
#undef NAME
#undef HEAP_NAME

static struct range {
	uintptr_t from, size;
} own[2]; /* of the C library and the loader */

/* dlsym itself calls malloc and free when it does not find something. */
static void *real(void **slot, const char *name)
{
	if (!*slot)
		*slot = dlsym(RTLD_NEXT, name);
	return *slot;
}

static void find_real(void)
{
	real(&__slot_malloc, "malloc");
	real(&__slot_calloc, "calloc");
	real(&__slot_realloc, "realloc");
	real(&__slot_free, "free");
	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
		real(slots[i].real, slots[i].name);
}

static void note_range(struct range *range, const struct dl_phdr_info *info)
{
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *phdr = &info->dlpi_phdr[i];

		if (phdr->p_type == PT_LOAD && phdr->p_flags & PF_X) {
			range->from = info->dlpi_addr + phdr->p_vaddr;
			range->size = phdr->p_memsz;
		}
	}
}

static int note_library(struct dl_phdr_info *info, size_t size, void *arg)
{
	const char *slash = strrchr(info->dlpi_name, '/');
	const char *name = slash ? slash + 1 : info->dlpi_name;

	(void)size;
	(void)arg;
	if (!strncmp(name, "libc.so", 7))
		note_range(&own[0], info);
	else if (!strncmp(name, "ld-linux", 8))
		note_range(&own[1], info);
	return 0;
}

/*
 * Before the runtime's own of the same priority, which is linked later: its
 * first call is one of a real function.
 */
__attribute__((constructor(101))) static void setup_stubs(void)
{
	find_real();
	dl_iterate_phdr(note_library, NULL);
}

static bool is_programs(uint64_t pc)
{
	return rt && own[0].size && pc - own[0].from >= own[0].size &&
	       pc - own[1].from >= own[1].size;
}

#define CALL_REAL(name) \
	((__typeof__(&name))(uintptr_t)real(&__slot_##name, #name))

void *malloc(size_t size)
{
	return is_programs(CALLER) ? heap_alloc(size, HEAP_ALIGNMENT, CALLER)
				   : CALL_REAL(malloc)(size);
}

void *calloc(size_t n, size_t size)
{
	return is_programs(CALLER) ? heap_zeroed(n, size, CALLER)
				   : CALL_REAL(calloc)(n, size);
}

/* Memory may be given out by one and given back by the other. */
void *realloc(void *old, size_t size)
{
	return heap_owns(old) || (!old && is_programs(CALLER))
		       ? heap_moved(old, size, CALLER)
		       : CALL_REAL(realloc)(old, size);
}

void free(void *p)
{
	if (heap_owns(p) || (p && is_programs(CALLER)))
		heap_free(p, CALLER);
	else if (p)
		CALL_REAL(free)(p);
}

/* The program's main, and ours, which calls it again and again. */
static int (*program_main)(int argc, char **argv, char **envp);

int WRAP(main)(int argc, char **argv, char **envp)
{
	return program_main(argc, argv, envp);
}

int main(int argc, char **argv, char **envp);

typedef int start_fn(int (*main)(int, char **, char **), int argc, char **argv,
	void (*init)(void), void (*fini)(void), void (*rtld_fini)(void),
	void *stack_end);

start_fn __libc_start_main;

int __libc_start_main(int (*theirs)(int, char **, char **), int argc,
	char **argv, void (*init)(void), void (*fini)(void),
	void (*rtld_fini)(void), void *stack_end)
{
	start_fn *start = (start_fn *)(uintptr_t)dlsym(
		RTLD_NEXT, "__libc_start_main");

	program_main = theirs;
	return start(main, argc, argv, init, fini, rtld_fini, stack_end);
}
