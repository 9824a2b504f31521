/*
 * The program's variables as they were before main, put back before each
 * execution: .data and .bss of the executable, and the block of its
 * thread-local variables. Our own state is in mappings elsewhere.
 */
#include "lib/explore/runtime/rt.h"

#include <elf.h>
#include <link.h>
#include <string.h>

extern unsigned char __data_start[], _end[];

/* The executable is the first that is visited. */
static int find_tls(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		if (info->dlpi_phdr[i].p_type == PT_TLS) {
			rt->tls = info->dlpi_tls_data;
			rt->tls_size = info->dlpi_phdr[i].p_memsz;
		}
	}
	return 1;
}

void snap_find(void)
{
	rt->data = __data_start;
	rt->data_end = _end;
	dl_iterate_phdr(find_tls, NULL);
	if (!rt->tls)
		rt->tls_size = 0;
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
	memcpy(rt->data_copy, rt->data, size);
}

void snap_restore(void)
{
	memcpy(rt->data, rt->data_copy, (size_t)(rt->data_end - rt->data));
	heap_begin();
}
