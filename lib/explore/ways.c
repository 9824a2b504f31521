#include "lib/explore/ways.h"

#include "lib/explore/symbols_impl.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

/* What is being written. */
struct list {
	struct symbols *symbols;
	struct place *functions;
	size_t n, most;
};

/*
 * What contains pc, innermost first and its unit last, to be freed: of code
 * that was put into another function, that one is what comes around it. *n is
 * 0 when it is not known.
 */
static Dwarf_Die *scopes_of(struct symbols *symbols, uint64_t pc, int *n)
{
	Dwarf_Addr bias;
	Dwarf_Die *unit, *inner = NULL, *scopes = NULL;

	*n = 0;
	pc -= symbols->base + 1;
	unit = dwfl_module_addrdie(symbols->module, pc, &bias);
	if (unit && dwarf_getscopes(unit, pc - bias, &inner) > 0)
		*n = dwarf_getscopes_die(&inner[0], &scopes);
	free(inner);
	if (*n < 0)
		*n = 0;
	return scopes;
}

/* The function that its code is a part of; 0: not known. */
static Dwarf_Off function_at(struct symbols *symbols, uint64_t pc)
{
	Dwarf_Off function = 0;
	int n;
	Dwarf_Die *scopes = scopes_of(symbols, pc, &n);

	for (int i = 0; i < n && !function; i++) {
		if (dwarf_tag(&scopes[i]) == DW_TAG_subprogram)
			function = dwarf_dieoffset(&scopes[i]);
	}
	free(scopes);
	return function;
}

static const char *name_of(Dwarf_Die *function)
{
	Dwarf_Attribute attribute;

	return dwarf_formstring(
		dwarf_attr_integrate(function, DW_AT_name, &attribute));
}

/* Where it was put in stands in for where it was called. */
static void go_out(Dwarf_Die *inlined, Dwarf_Die *unit, struct place *at)
{
	Dwarf_Attribute attribute;
	Dwarf_Word file = 0, line = 0;
	Dwarf_Files *files;
	size_t nfiles;

	if (dwarf_attr(inlined, DW_AT_call_line, &attribute))
		dwarf_formudata(&attribute, &line);
	if (dwarf_attr(inlined, DW_AT_call_file, &attribute))
		dwarf_formudata(&attribute, &file);
	at->line = (int)line;
	if (dwarf_getsrcfiles(unit, &files, &nfiles) == 0 && file < nfiles)
		at->file = dwarf_filesrc(files, file, NULL, NULL);
}

static void add(struct list *list, Dwarf_Die *function, struct place *at)
{
	at->function = name_of(function);
	if (at->function && list->n < list->most)
		list->functions[list->n++] = *at;
}

/*
 * The compiler had split the function, and put one part of it into the other:
 * that is no call, though it looks like one at the function's head.
 */
static bool is_rest(
	Dwarf_Die *function, const struct place *at, const struct place *inner)
{
	const char *name = name_of(function);
	int head = 0;

	return name && !strcmp(name, inner->function) &&
	       dwarf_decl_line(function, &head) == 0 && at->line == head;
}

/* The function at pc, and those that it was put into. */
static bool add_all_at(struct list *list, uint64_t pc)
{
	struct place at;
	int n;
	Dwarf_Die *scopes = scopes_of(list->symbols, pc, &n);
	size_t before = list->n;

	if (!symbols_place(list->symbols, pc, &at))
		n = 0;
	for (int i = 0; i < n; i++) {
		int tag = dwarf_tag(&scopes[i]);

		if (tag != DW_TAG_inlined_subroutine &&
			tag != DW_TAG_subprogram)
			continue;
		if (list->n == before || !is_rest(&scopes[i], &at,
						 &list->functions[list->n - 1]))
			add(list, &scopes[i], &at);
		if (tag == DW_TAG_subprogram)
			break;
		go_out(&scopes[i], &scopes[n - 1], &at);
	}
	free(scopes);
	return list->n > before;
}

/* Not all of a function: its caller in the program is the rest of it. */
static bool is_part(struct symbols *symbols, uint64_t pc)
{
	const char *name = dwfl_module_addrname(
		symbols->module, pc - symbols->base - 1);

	return name && strstr(name, ".part.");
}

/* The function that a part of it was called in is there already. */
static void drop_rest(struct list *list, size_t rest)
{
	struct place *at = &list->functions[rest];

	if (rest >= list->n || strcmp(at[-1].function, at->function) != 0)
		return;
	list->n--;
	memmove(at, at + 1, (list->n - rest) * sizeof(*at));
}

size_t ways_to(const struct wire *wire, struct symbols *symbols, uint64_t pc,
	uint32_t way, struct place *functions, size_t most)
{
	struct list list = {symbols, functions, 0, most};
	bool part = false;

	while (pc && way && way < WIRE_MAX_WAYS) {
		const struct wire_way *last = &wire->ways[way];
		Dwarf_Off function = function_at(symbols, pc);
		size_t n = list.n;

		if (!function || function != function_at(symbols, last->pc) ||
			!add_all_at(&list, pc))
			break;
		if (part)
			drop_rest(&list, n);
		part = is_part(symbols, pc);
		pc = last->call;
		way = last->before;
	}
	return list.n;
}
