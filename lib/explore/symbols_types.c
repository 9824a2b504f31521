/* What lies inside of a type, as DWARF has it. */
#include "lib/explore/symbols_impl.h"

#include <dwarf.h>
#include <stdio.h>
#include <string.h>

enum {
	MOST_DIMENSIONS = 8, /* of an array */
};

bool symbols_type_of(Dwarf_Die *die, Dwarf_Die *type)
{
	Dwarf_Attribute attribute;

	return dwarf_attr_integrate(die, DW_AT_type, &attribute) &&
	       dwarf_formref_die(&attribute, type);
}

bool symbols_peeled_type(Dwarf_Die *die, Dwarf_Die *type)
{
	return symbols_type_of(die, type) && dwarf_peel_type(type, type) == 0;
}

static void append(char *name, size_t size, const char *text)
{
	size_t n = strlen(name);

	snprintf(name + n, size - n, "%s", text);
}

uint64_t symbols_member_offset(Dwarf_Die *member)
{
	Dwarf_Attribute attribute;
	Dwarf_Word offset = 0;

	if (dwarf_attr(member, DW_AT_data_member_location, &attribute))
		dwarf_formudata(&attribute, &offset);
	return offset;
}

uint64_t symbols_size_of(Dwarf_Die *type)
{
	Dwarf_Word size = 0;

	return dwarf_aggregate_size(type, &size) == 0 ? size : 0;
}

/* The inside of pthread_mutex_t and the like is nobody's business. */
static bool is_private(const char *name)
{
	return name && !strncmp(name, "__", 2);
}

/* `char text[]` at the end of a struct goes as far as there is memory. */
static bool lies_in(Dwarf_Die *type, uint64_t at, uint64_t offset)
{
	Dwarf_Word size;

	if (offset < at)
		return false;
	if (dwarf_tag(type) == DW_TAG_array_type &&
		dwarf_aggregate_size(type, &size) != 0)
		return true;
	return offset < at + symbols_size_of(type);
}

/* Where a description ends before it has come to a number or a pointer. */
struct stop {
	Dwarf_Die *type; /* at this; NULL: at any */
	uint64_t most; /* that has so many bytes at most */
	uint64_t size; /* of what it came to; 0: to none */
};

static void describe_to(Dwarf_Die *type, uint64_t offset, struct stop *stop,
	char *name, size_t size);

static void describe_member(Dwarf_Die *type, uint64_t offset, struct stop *stop,
	char *name, size_t size)
{
	Dwarf_Die member;

	if (dwarf_child(type, &member) != 0)
		return;
	do {
		uint64_t at = symbols_member_offset(&member);
		Dwarf_Die inner;

		if (dwarf_tag(&member) != DW_TAG_member ||
			!symbols_peeled_type(&member, &inner) ||
			!lies_in(&inner, at, offset))
			continue;
		if (is_private(dwarf_diename(&member)))
			return;
		if (dwarf_diename(&member)) {
			append(name, size, ".");
			append(name, size, dwarf_diename(&member));
		}
		describe_to(&inner, offset - at, stop, name, size);
		return;
	} while (dwarf_siblingof(&member, &member) == 0);
}

/* 0: not known. */
static uint64_t length_of(Dwarf_Die *dimension)
{
	Dwarf_Attribute attribute;
	Dwarf_Word n = 0;

	if (dwarf_attr(dimension, DW_AT_count, &attribute))
		return dwarf_formudata(&attribute, &n) == 0 ? n : 0;
	if (dwarf_attr(dimension, DW_AT_upper_bound, &attribute))
		return dwarf_formudata(&attribute, &n) == 0 ? n + 1 : 0;
	return 0;
}

/* Elements in one step of each dimension; returns how many those are. */
static size_t strides_of(Dwarf_Die *array, uint64_t *strides, size_t most)
{
	Dwarf_Die die;
	size_t n = 0;

	if (dwarf_child(array, &die) != 0)
		return 0;
	do {
		if (dwarf_tag(&die) != DW_TAG_subrange_type || n == most)
			continue;
		for (size_t i = 0; i < n; i++)
			strides[i] *= length_of(&die);
		strides[n++] = 1;
	} while (dwarf_siblingof(&die, &die) == 0);
	return n;
}

static void append_index(uint64_t index, char *name, size_t size)
{
	char text[32];

	snprintf(text, sizeof(text), "[%llu]", (unsigned long long)index);
	append(name, size, text);
}

static void describe_element(Dwarf_Die *type, uint64_t offset,
	struct stop *stop, char *name, size_t size)
{
	uint64_t strides[MOST_DIMENSIONS], each, index;
	size_t ndimensions = strides_of(type, strides, MOST_DIMENSIONS);
	Dwarf_Die element;

	each = symbols_peeled_type(type, &element) ? symbols_size_of(&element)
						   : 0;
	if (each == 0)
		return;
	index = offset / each;
	for (size_t i = 0; i < ndimensions; i++) {
		if (strides[i] == 0)
			continue;
		append_index(index / strides[i], name, size);
		index %= strides[i];
	}
	describe_to(&element, offset % each, stop, name, size);
}

/* Units have a type each: that of the same name is the same. */
static bool is_stop(Dwarf_Die *type, const struct stop *stop)
{
	const char *name = dwarf_diename(type);
	const char *wanted = stop->type ? dwarf_diename(stop->type) : NULL;

	if (symbols_size_of(type) > stop->most)
		return false;
	return !stop->type ||
	       dwarf_dieoffset(type) == dwarf_dieoffset(stop->type) ||
	       (name && wanted && !strcmp(name, wanted));
}

static void describe_to(Dwarf_Die *type, uint64_t offset, struct stop *stop,
	char *name, size_t size)
{
	if (stop && offset == 0 && is_stop(type, stop)) {
		stop->size = symbols_size_of(type);
		return;
	}
	switch (dwarf_tag(type)) {
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
		describe_member(type, offset, stop, name, size);
		break;
	case DW_TAG_array_type:
		describe_element(type, offset, stop, name, size);
		break;
	default:
		break;
	}
}

void symbols_describe_inside(
	Dwarf_Die *type, uint64_t offset, char *name, size_t size)
{
	describe_to(type, offset, NULL, name, size);
}

bool symbols_type_at(struct symbols *symbols, uint64_t at, Dwarf_Die *type)
{
	Dwarf_Addr bias;
	Dwarf *dwarf = dwfl_module_getdwarf(symbols->module, &bias);

	return dwarf && dwarf_offdie(dwarf, at, type);
}

uint64_t symbols_name(struct symbols *symbols, const struct symbols_spot *spot,
	uint64_t up_to, uint64_t most, char *name, size_t name_size)
{
	Dwarf_Die type, last;
	struct stop stop = {.most = most};

	if (up_to && symbols_type_at(symbols, up_to, &last) &&
		dwarf_peel_type(&last, &last) == 0)
		stop.type = &last;
	snprintf(name, name_size, "%s", spot->name);
	if (symbols_type_at(symbols, spot->type, &type) &&
		dwarf_peel_type(&type, &type) == 0)
		describe_to(&type, spot->offset, &stop, name, name_size);
	return stop.size;
}
