/*
 * The program's variables as they were before main, put back before each
 * execution: .data and .bss of the executable, and the block of its
 * thread-local variables. Our own state is in mappings elsewhere.
 */
#include "lib/explore/runtime/rt.h"

#include <elf.h>
#include <link.h>
#include <string.h>

static void note_load(const ElfW(Phdr) * phdr)
{
	uint64_t from = rt->base + phdr->p_vaddr, to = from + phdr->p_memsz;

	if (phdr->p_flags & PF_X) {
		if (!rt->code || from < rt->code)
			rt->code = from;
		if (to > rt->code_end)
			rt->code_end = to;
	}
	if (phdr->p_flags & PF_W) {
		rt->data = (unsigned char *)(uintptr_t)from;
		rt->data_end = (unsigned char *)(uintptr_t)to;
	}
}

/* What the loader wrote once cannot be written any more. */
static void leave_out(const ElfW(Phdr) * phdr)
{
	uint64_t to = rt->base + phdr->p_vaddr + phdr->p_memsz;
	unsigned char *end =
		(unsigned char *)(uintptr_t)(to & ~(uint64_t)(PAGE_SIZE - 1));

	if (phdr->p_type == PT_GNU_RELRO && end > rt->data &&
		end <= rt->data_end)
		rt->data = end;
}

/* The executable is the first that is visited. */
static int find_program(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	rt->base = info->dlpi_addr;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *phdr = &info->dlpi_phdr[i];

		if (phdr->p_type == PT_TLS) {
			rt->tls = info->dlpi_tls_data;
			rt->tls_size = phdr->p_memsz;
		} else if (phdr->p_type == PT_LOAD) {
			note_load(phdr);
		}
	}
	for (int i = 0; i < info->dlpi_phnum; i++)
		leave_out(&info->dlpi_phdr[i]);
	return 1;
}

void snap_find(void)
{
	dl_iterate_phdr(find_program, NULL);
	if (!rt->tls)
		rt->tls_size = 0;
	rt->wire->base = rt->base;
}

void snap_take(void)
{
	size_t size = (size_t)(rt->data_end - rt->data);

	rt->data_copy = map_memory(size);
	if (rt->tls_size) {
		rt->tls_copy = map_memory(rt->tls_size);
		memcpy(rt->tls_copy, rt->tls, rt->tls_size);
	}
	heap_keep();
	if (!rt->wire->config.isolate)
		memcpy(rt->data_copy, rt->data, size);
}

/* A process of its own begins with all as it was. */
void snap_restore(void)
{
	if (rt->wire->config.isolate)
		return;
	memcpy(rt->data, rt->data_copy, (size_t)(rt->data_end - rt->data));
	heap_begin();
}
