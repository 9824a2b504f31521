/*
 * Where the global and static variables are. Each access of a trace asks for
 * one, and DWARF can only be read from its beginning: they are listed once.
 */
#include "lib/explore/symbols_impl.h"

#include <dwarf.h>
#include <stdlib.h>

static bool address_of(Dwarf_Die *variable, uint64_t *address)
{
	Dwarf_Attribute attribute;
	Dwarf_Op *ops;
	size_t nops;

	if (!dwarf_attr(variable, DW_AT_location, &attribute) ||
		dwarf_getlocation(&attribute, &ops, &nops) != 0 || nops != 1 ||
		ops[0].atom != DW_OP_addr)
		return false;
	*address = ops[0].number;
	return true;
}

/* Its name may stand in the declaration that it completes. */
static bool describe(Dwarf_Die *die, struct variable *variable)
{
	Dwarf_Attribute attribute;
	Dwarf_Die type, peeled;

	if (!address_of(die, &variable->from) || !symbols_type_of(die, &type) ||
		dwarf_peel_type(&type, &peeled) != 0)
		return false;
	variable->size = symbols_size_of(&peeled);
	variable->type = dwarf_dieoffset(&type);
	variable->name = dwarf_formstring(
		dwarf_attr_integrate(die, DW_AT_name, &attribute));
	return variable->name && variable->size;
}

static bool add(struct variables *variables, const struct variable *variable)
{
	if (variables->n == variables->room) {
		size_t room = 2 * variables->room + 16;
		struct variable *all = reallocarray(
			variables->all, room, sizeof(*variable));

		if (!all)
			return false;
		variables->all = all;
		variables->room = room;
	}
	variables->all[variables->n++] = *variable;
	return true;
}

/* Statics of functions lie inside of blocks. False: there is no memory. */
static bool add_below(struct variables *variables, Dwarf_Die *parent)
{
	Dwarf_Die die;
	struct variable variable;

	if (dwarf_child(parent, &die) != 0)
		return true;
	do {
		int tag = dwarf_tag(&die);

		if (tag == DW_TAG_variable && describe(&die, &variable) &&
			!add(variables, &variable))
			return false;
		if ((tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block) &&
			!add_below(variables, &die))
			return false;
	} while (dwarf_siblingof(&die, &die) == 0);
	return true;
}

/* What there was no memory for is tried again when it is next asked for. */
static void list_variables(struct symbols *symbols)
{
	struct variables *variables = &symbols->variables;
	Dwarf_Die *unit = NULL;
	Dwarf_Addr bias;

	variables->n = 0;
	variables->are_listed = true;
	while (variables->are_listed &&
		(unit = dwfl_module_nextcu(symbols->module, unit, &bias)))
		variables->are_listed = add_below(variables, unit);
}

bool symbols_variable_at(
	struct symbols *symbols, uint64_t address, struct symbols_spot *spot)
{
	const struct variables *variables = &symbols->variables;

	if (!variables->are_listed)
		list_variables(symbols);
	address -= symbols->base;
	for (size_t i = 0; i < variables->n; i++) {
		const struct variable *variable = &variables->all[i];

		if (address - variable->from >= variable->size)
			continue;
		*spot = (struct symbols_spot){
			.name = variable->name,
			.type = variable->type,
			.offset = address - variable->from,
		};
		return true;
	}
	return false;
}
