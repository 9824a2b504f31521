#include "lib/explore/symbols_impl.h"

#include <ctype.h>
#include <dwarf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
	free(symbols->variables.all);
	free(symbols);
}

void symbols_move(struct symbols *symbols, uint64_t base)
{
	symbols->base = base;
}

static struct place find_place(struct symbols *symbols, uint64_t pc)
{
	struct place place = {0};
	Dwfl_Line *line = dwfl_module_getsrc(symbols->module, pc - 1);

	if (!line)
		return place;
	place.function = dwfl_module_addrname(symbols->module, pc - 1);
	place.file = dwfl_lineinfo(line, NULL, &place.line, NULL, NULL, NULL);
	return place;
}

bool symbols_place(struct symbols *symbols, uint64_t pc, struct place *place)
{
	struct known_place *known;

	if (pc == 0)
		return false;
	pc -= symbols->base;
	known = &symbols->places[pc % KNOWN_PLACES];
	if (known->pc != pc)
		*known = (struct known_place){pc, find_place(symbols, pc)};
	if (!known->place.file)
		return false;
	*place = known->place;
	return true;
}

const char *symbols_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_line(Dwarf_Line *line, const char *file, int number)
{
	const char *source;
	int n = 0;

	if (dwarf_lineno(line, &n) != 0 || n != number)
		return false;
	source = dwarf_linesrc(line, NULL, NULL);
	return source &&
	       !strcmp(symbols_base_name(source), symbols_base_name(file));
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

struct wanted {
	uint64_t address;
	struct symbols_spot *spot;
};

static bool take_spot(Dwarf_Die *variable, uint64_t at, const char *name,
	const struct wanted *wanted)
{
	Dwarf_Die type, peeled;

	if (!name || wanted->address < at ||
		!symbols_type_of(variable, &type) ||
		dwarf_peel_type(&type, &peeled) != 0 ||
		wanted->address >= at + symbols_size_of(&peeled))
		return false;
	*wanted->spot = (struct symbols_spot){
		.name = name,
		.type = dwarf_dieoffset(&type),
		.offset = wanted->address - at,
	};
	return true;
}

bool symbols_variable(
	struct symbols *symbols, uint64_t address, char *name, size_t name_size)
{
	struct symbols_spot spot;

	if (!symbols_variable_at(symbols, address, &spot))
		return false;
	symbols_name(symbols, &spot, 0, 0, name, name_size);
	return true;
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
	Dwarf_Op *ops;
	size_t nops;

	return dwarf_attr(variable, DW_AT_location, &attribute) &&
	       dwarf_getlocation(&attribute, &ops, &nops) == 0 && nops == 1 &&
	       ops[0].atom == DW_OP_fbreg &&
	       take_spot(variable, base + ops[0].number,
		       dwarf_diename(variable), wanted);
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

bool symbols_local_at(struct symbols *symbols, uint64_t pc, uint64_t top,
	uint64_t address, struct symbols_spot *spot)
{
	const struct wanted wanted = {address, spot};
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

bool symbols_local(struct symbols *symbols, uint64_t pc, uint64_t top,
	uint64_t address, char *name, size_t name_size)
{
	struct symbols_spot spot;

	if (!symbols_local_at(symbols, pc, top, address, &spot))
		return false;
	symbols_name(symbols, &spot, 0, 0, name, name_size);
	return true;
}

int symbols_last_line(struct symbols *symbols, uint64_t pc)
{
	uint64_t at = pc - symbols->base - 1;
	Dwarf_Addr bias, high;
	Dwarf_Die *unit = dwfl_module_addrdie(symbols->module, at, &bias), die;
	struct place place;

	if (!unit || dwarf_child(unit, &die) != 0)
		return 0;
	do {
		if (is_function_at(&die, at) &&
			dwarf_highpc(&die, &high) == 0 &&
			symbols_place(symbols, high + symbols->base, &place))
			return place.line;
	} while (dwarf_siblingof(&die, &die) == 0);
	return 0;
}

const char *symbols_function(struct symbols *symbols, uint64_t address)
{
	GElf_Off offset;
	GElf_Sym symbol;
	const char *name = dwfl_module_addrinfo(symbols->module,
		address - symbols->base, &offset, &symbol, NULL, NULL, NULL);

	return name && offset == 0 && GELF_ST_TYPE(symbol.st_info) == STT_FUNC
		       ? name
		       : NULL;
}

bool symbols_leftover(
	struct symbols *symbols, uint64_t address, char *name, size_t name_size)
{
	GElf_Off offset;
	GElf_Sym symbol;
	const char *found = dwfl_module_addrinfo(symbols->module,
		address - symbols->base, &offset, &symbol, NULL, NULL, NULL);

	if (!found || offset || GELF_ST_TYPE(symbol.st_info) != STT_OBJECT)
		return false;
	snprintf(name, name_size, "%.*s", (int)strcspn(found, "@"), found);
	return true;
}

static bool is_text(const char *text, size_t size)
{
	size_t n = 0;

	while (n < size && (isprint((unsigned char)text[n]) ||
				   isspace((unsigned char)text[n])))
		n++;
	return n > 0 && n < size && text[n] == '\0';
}

/* Of what is neither written to nor run. */
static Elf_Scn *constants_at(Elf *elf, uint64_t address, GElf_Shdr *header)
{
	const uint64_t all = SHF_ALLOC | SHF_WRITE | SHF_EXECINSTR;
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(elf, section))) {
		if (gelf_getshdr(section, header) &&
			(header->sh_flags & all) == SHF_ALLOC &&
			address - header->sh_addr < header->sh_size)
			return section;
	}
	return NULL;
}

const char *symbols_text(struct symbols *symbols, uint64_t address)
{
	GElf_Addr bias;
	Elf *elf = dwfl_module_getelf(symbols->module, &bias);
	Elf_Scn *section;
	GElf_Shdr header;
	Elf_Data *data;

	address -= symbols->base;
	section = elf ? constants_at(elf, address, &header) : NULL;
	data = section ? elf_getdata(section, NULL) : NULL;
	address -= section ? header.sh_addr : 0;
	if (!data || !data->d_buf || address >= data->d_size ||
		!is_text((const char *)data->d_buf + address,
			data->d_size - address))
		return NULL;
	return (const char *)data->d_buf + address;
}
