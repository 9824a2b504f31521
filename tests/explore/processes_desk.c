/*
 * A program of --processes that writes to the desk: a stranger's number,
 * places too many, texts that do not end; and would cut it short.
 */
#include "lib/explore/desk.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct desk *desk = mmap(NULL, sizeof(*desk), PROT_READ | PROT_WRITE,
		MAP_SHARED, WIRE_DESCRIPTOR, 0);

	if (argc < 2 || desk == MAP_FAILED)
		return 1;
	for (int i = 1; i < DESK_PLACES; i++) {
		struct desk_place *place = &desk->places[i];

		memset(place->call, 'x', sizeof(place->call));
		memset(place->came, 'x', sizeof(place->came));
		place->found = (uint8_t)(i == 2 ? 255 : 0);
		place->state = DESK_STOPPED;
		place->pid = atoi(argv[1]);
	}
	desk->nplaces = UINT32_MAX;
	if (syscall(SYS_ftruncate, WIRE_DESCRIPTOR, 0L) == 0)
		return 2;
	unlink("a");
	unlink("b");
	desk->nplaces = 1;
	return 0;
}
