#include "lib/explore/symbols_impl.h"

#include <dwarf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	MOST_DIMENSIONS = 8, /* of an array */
};

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.section_address = dwfl_offline_section_address,
};

/* On a descriptor that the explored program does not get to see. */
static Dwfl_Module *open_module(Dwfl *dwfl, const char *executable)
{
	int fd = open(executable, O_RDONLY | O_CLOEXEC);
	Dwfl_Module *module;

	if (fd < 0)
		return NULL;
	dwfl_report_begin(dwfl);
	module = dwfl_report_elf(dwfl, "program", executable, fd, 0, false);
	dwfl_report_end(dwfl, NULL, NULL);
	if (!module)
		close(fd);
	return module;
}

int symbols_open(const char *executable, struct symbols **result)
{
	struct symbols *symbols = calloc(1, sizeof(*symbols));

	if (!symbols)
		return -ENOMEM;
	symbols->dwfl = dwfl_begin(&callbacks);
	if (!symbols->dwfl) {
		free(symbols);
		return -ENOMEM;
	}
	symbols->module = open_module(symbols->dwfl, executable);
	if (!symbols->module) {
		symbols_close(symbols);
		return -ENOEXEC;
	}
	*result = symbols;
	return 0;
}

void symbols_close(struct symbols *symbols)
{
	if (!symbols)
		return;
	dwfl_end(symbols->dwfl);
	free(symbols);
}

void symbols_move(struct symbols *symbols, uint64_t base)
{
	symbols->base = base;
}

bool symbols_place(struct symbols *symbols, uint64_t pc, struct place *place)
{
	Dwfl_Line *line;

	if (pc == 0)
		return false;
	pc -= symbols->base;
	line = dwfl_module_getsrc(symbols->module, pc - 1);
	if (!line)
		return false;
	*place = (struct place){
		.function = dwfl_module_addrname(symbols->module, pc - 1)};
	place->file = dwfl_lineinfo(line, NULL, &place->line, NULL, NULL, NULL);
	return place->file != NULL;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_line(Dwarf_Line *line, const char *file, int number)
{
	const char *source = dwarf_linesrc(line, NULL, NULL);
	int n = 0;

	return source && dwarf_lineno(line, &n) == 0 && n == number &&
	       !strcmp(base_name(source), base_name(file));
}

/* Rows of the line table are in order; each holds until the next. */
static size_t ranges_of_unit(Dwarf_Lines *lines, size_t nlines,
	const char *file, int number, struct code_range *ranges, size_t most)
{
	size_t n = 0;

	for (size_t i = 0; i + 1 < nlines; i++) {
		Dwarf_Addr from = 0, to = 0;
		Dwarf_Line *line = dwarf_onesrcline(lines, i);

		if (!is_line(line, file, number))
			continue;
		dwarf_lineaddr(line, &from);
		dwarf_lineaddr(dwarf_onesrcline(lines, i + 1), &to);
		if (to > from && n++ < most)
			ranges[n - 1] = (struct code_range){from, to};
	}
	return n;
}

size_t symbols_ranges(struct symbols *symbols, const char *file, int line,
	struct code_range *ranges, size_t most)
{
	Dwarf_Die *unit = NULL;
	Dwarf_Addr bias;
	size_t n = 0;

	while ((unit = dwfl_module_nextcu(symbols->module, unit, &bias))) {
		Dwarf_Lines *lines;
		size_t nlines;

		if (dwarf_getsrclines(unit, &lines, &nlines) != 0)
			continue;
		n += ranges_of_unit(lines, nlines, file, line,
			n < most ? ranges + n : NULL, n < most ? most - n : 0);
	}
	return n;
}

bool symbols_peeled_type(Dwarf_Die *die, Dwarf_Die *type)
{
	Dwarf_Attribute attribute;

	return dwarf_attr_integrate(die, DW_AT_type, &attribute) &&
	       dwarf_formref_die(&attribute, type) &&
	       dwarf_peel_type(type, type) == 0;
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

static void describe_member(
	Dwarf_Die *type, uint64_t offset, char *name, size_t size)
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
		symbols_describe_inside(&inner, offset - at, name, size);
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

static void describe_element(
	Dwarf_Die *type, uint64_t offset, char *name, size_t size)
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
	symbols_describe_inside(&element, offset % each, name, size);
}

void symbols_describe_inside(
	Dwarf_Die *type, uint64_t offset, char *name, size_t size)
{
	switch (dwarf_tag(type)) {
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
		describe_member(type, offset, name, size);
		break;
	case DW_TAG_array_type:
		describe_element(type, offset, name, size);
		break;
	default:
		break;
	}
}

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

struct wanted {
	uint64_t address;
	char *name;
	size_t size;
};

/* The variable's name may stand in the declaration that it completes. */
static bool describe_if_here(Dwarf_Die *variable, const struct wanted *wanted)
{
	Dwarf_Attribute attribute;
	const char *name;
	Dwarf_Die type;
	uint64_t at;

	if (!address_of(variable, &at) ||
		!symbols_peeled_type(variable, &type) || wanted->address < at ||
		wanted->address >= at + symbols_size_of(&type))
		return false;
	name = dwarf_formstring(
		dwarf_attr_integrate(variable, DW_AT_name, &attribute));
	if (!name)
		return false;
	snprintf(wanted->name, wanted->size, "%s", name);
	symbols_describe_inside(
		&type, wanted->address - at, wanted->name, wanted->size);
	return true;
}

/* Statics of functions lie inside of blocks. */
static bool find_below(Dwarf_Die *parent, const struct wanted *wanted)
{
	Dwarf_Die die;

	if (dwarf_child(parent, &die) != 0)
		return false;
	do {
		int tag = dwarf_tag(&die);

		if (tag == DW_TAG_variable && describe_if_here(&die, wanted))
			return true;
		if ((tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block) &&
			find_below(&die, wanted))
			return true;
	} while (dwarf_siblingof(&die, &die) == 0);
	return false;
}

bool symbols_variable(
	struct symbols *symbols, uint64_t address, char *name, size_t name_size)
{
	const struct wanted wanted = {address - symbols->base, name, name_size};
	Dwarf_Die *unit = NULL;
	Dwarf_Addr bias;

	while ((unit = dwfl_module_nextcu(symbols->module, unit, &bias))) {
		if (find_below(unit, &wanted))
			return true;
	}
	return false;
}

/*
 * The frame pointer holds an address two words below the top of the frame, as
 * x86-64 and aarch64 compilers lay it out.
 */
static bool frame_base(Dwarf_Die *function, uint64_t top, uint64_t *base)
{
	Dwarf_Attribute attribute;
	Dwarf_Op *ops;
	size_t nops;

	if (!dwarf_attr(function, DW_AT_frame_base, &attribute) ||
		dwarf_getlocation(&attribute, &ops, &nops) != 0 || nops != 1)
		return false;
	*base = ops[0].atom == DW_OP_call_frame_cfa ? top : top - 16;
	return true;
}

static bool is_local_here(
	Dwarf_Die *variable, uint64_t base, const struct wanted *wanted)
{
	Dwarf_Attribute attribute;
	Dwarf_Die type;
	Dwarf_Op *ops;
	size_t nops;
	uint64_t at;

	if (!dwarf_attr(variable, DW_AT_location, &attribute) ||
		dwarf_getlocation(&attribute, &ops, &nops) != 0 || nops != 1 ||
		ops[0].atom != DW_OP_fbreg ||
		!symbols_peeled_type(variable, &type) ||
		!dwarf_diename(variable))
		return false;
	at = base + ops[0].number;
	if (wanted->address < at ||
		wanted->address >= at + symbols_size_of(&type))
		return false;
	snprintf(wanted->name, wanted->size, "%s", dwarf_diename(variable));
	symbols_describe_inside(
		&type, wanted->address - at, wanted->name, wanted->size);
	return true;
}

static bool find_local(
	Dwarf_Die *parent, uint64_t base, const struct wanted *wanted)
{
	Dwarf_Die die;

	if (dwarf_child(parent, &die) != 0)
		return false;
	do {
		int tag = dwarf_tag(&die);

		if ((tag == DW_TAG_variable ||
			    tag == DW_TAG_formal_parameter) &&
			is_local_here(&die, base, wanted))
			return true;
		if (tag == DW_TAG_lexical_block &&
			find_local(&die, base, wanted))
			return true;
	} while (dwarf_siblingof(&die, &die) == 0);
	return false;
}

static bool is_function_at(Dwarf_Die *die, uint64_t pc)
{
	return dwarf_tag(die) == DW_TAG_subprogram && dwarf_haspc(die, pc) == 1;
}

bool symbols_local(struct symbols *symbols, uint64_t pc, uint64_t top,
	uint64_t address, char *name, size_t name_size)
{
	const struct wanted wanted = {address, name, name_size};
	Dwarf_Addr bias;
	Dwarf_Die *unit, die;
	uint64_t base;

	pc -= symbols->base;
	unit = dwfl_module_addrdie(symbols->module, pc, &bias);
	if (!unit || dwarf_child(unit, &die) != 0)
		return false;
	do {
		if (is_function_at(&die, pc) && frame_base(&die, top, &base))
			return find_local(&die, base, &wanted);
	} while (dwarf_siblingof(&die, &die) == 0);
	return false;
}
