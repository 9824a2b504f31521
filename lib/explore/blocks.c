#include "lib/explore/blocks.h"

#include "lib/explore/expression.h"

#include <ctype.h>
#include <dwarf.h>
#include <stdio.h>
#include <string.h>

/* What the chains of a line came to. */
struct candidates {
	uint64_t block_size, offset, access_size;
	struct block_type type;
	bool several; /* and not of one type */
	char pointer[64];
	bool pointers_differ;
};

/* A tag, or else the name of the last typedef before a struct without. */
static const char *type_name(Dwarf_Die *type)
{
	Dwarf_Die peeled;
	const char *name = NULL;

	if (dwarf_peel_type(type, &peeled) == 0)
		name = dwarf_diename(&peeled);
	return name ? name : dwarf_diename(type);
}

static uint64_t peeled_size(Dwarf_Die *type)
{
	Dwarf_Die peeled;

	return dwarf_peel_type(type, &peeled) == 0 ? symbols_size_of(&peeled)
						   : 0;
}

static void propose(struct candidates *found, Dwarf_Die *type)
{
	const char *name = type_name(type);
	uint64_t size = peeled_size(type);

	if (size == 0 || size > found->block_size)
		return;
	if (found->type.die && strcmp(found->type.name, name ? name : "") != 0)
		found->several = true;
	found->type.die = dwarf_dieoffset(type);
	snprintf(found->type.name, sizeof(found->type.name), "%s",
		name ? name : "");
}

static bool settle(const struct candidates *found, struct block_type *type)
{
	if (!found->type.die || found->several)
		return false;
	*type = found->type;
	return true;
}

/* "[12]" is "[]". */
static void strip_indices(char *text)
{
	char *out = text;

	while (*text) {
		*out = *text++;
		if (*out++ == '[')
			text += strcspn(text, "]");
	}
	*out = '\0';
}

static void describe(Dwarf_Die *type, uint64_t offset, char *path, size_t size)
{
	Dwarf_Die peeled;

	path[0] = '\0';
	if (dwarf_peel_type(type, &peeled) == 0)
		symbols_describe_inside(&peeled, offset, path, size);
}

/*
 * The chain is what is there; or the access is to a part of it, as where a
 * struct is copied or an array handed on.
 */
static bool is_accessed(
	const struct candidates *found, struct chain *chain, uint64_t offset)
{
	size_t length = strlen(chain->path);
	char path[256];

	describe(&chain->target, offset, path, sizeof(path));
	strip_indices(path);
	if (strncmp(path, chain->path, length) != 0)
		return false;
	if (path[length])
		return length > 0 && strchr(".[", path[length]);
	return found->access_size == 0 ||
	       found->access_size == peeled_size(&chain->type);
}

static void note_pointer(struct candidates *found, const struct chain *chain)
{
	int length = (int)(chain->pointer_to - chain->from);
	char pointer[sizeof(found->pointer)];

	snprintf(pointer, sizeof(pointer), "%.*s", length, chain->from);
	if (found->pointer[0] && strcmp(found->pointer, pointer) != 0)
		found->pointers_differ = true;
	strcpy(found->pointer, pointer);
}

static void try_use(void *context, const struct chain *chain)
{
	struct candidates *found = context;
	struct chain copy = *chain;
	uint64_t size = chain->dereferenced ? peeled_size(&copy.target) : 0;
	uint64_t offset = found->offset;

	if (size == 0)
		return;
	if (found->block_size % size == 0)
		offset %= size;
	if (!is_accessed(found, &copy, offset))
		return;
	propose(found, &copy.target);
	note_pointer(found, chain);
}

bool blocks_used(struct symbols *symbols, uint64_t pc, const char *line,
	uint64_t block_size, uint64_t offset, uint64_t access_size,
	struct block_type *type)
{
	struct candidates found = {
		.block_size = block_size,
		.offset = offset,
		.access_size = access_size,
	};

	expression_chains(symbols, pc, line, try_use, &found);
	return settle(&found, type);
}

/* An index is another one the next time. */
bool blocks_pointer(struct symbols *symbols, uint64_t pc, const char *line,
	const struct block_type *type, uint64_t block_size, uint64_t offset,
	uint64_t access_size, char *name, size_t name_size)
{
	struct candidates found = {
		.block_size = block_size,
		.offset = offset,
		.access_size = access_size,
	};

	expression_chains(symbols, pc, line, try_use, &found);
	if (!found.type.die || found.several || found.pointers_differ ||
		strcmp(found.type.name, type->name) != 0 ||
		strpbrk(found.pointer, "[ \t"))
		return false;
	snprintf(name, name_size, "%s", found.pointer);
	return true;
}

static const char *skip_spaces(const char *p)
{
	while (isspace((unsigned char)*p))
		p++;
	return p;
}

/* `a = malloc(...)` */
static void try_assignment(void *context, const struct chain *chain)
{
	struct candidates *found = context;
	const char *p = skip_spaces(chain->to);
	struct chain copy = *chain;
	Dwarf_Die target;

	if (*p != '=' || p[1] == '=' || !expression_target(&copy.type, &target))
		return;
	propose(found, &target);
	snprintf(found->type.variable, sizeof(found->type.variable), "%.*s",
		(int)(chain->to - chain->from), chain->from);
	found->type.variable[strcspn(found->type.variable, "[")] = '\0';
}

static const char *skip_word(const char *p, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(p, word, n) != 0 || !isspace((unsigned char)p[n]))
		return p;
	return skip_spaces(p + n);
}

/* `sizeof(struct account)`; what is behind `sizeof *a` is a's affair. */
static void try_sizeof(struct symbols *symbols, uint64_t pc, const char *p,
	struct candidates *found)
{
	const char *end;
	Dwarf_Die type;

	p = skip_spaces(p);
	if (*p != '(')
		return;
	p = skip_word(skip_word(skip_spaces(p + 1), "struct"), "union");
	for (end = p; isalnum((unsigned char)*end) || *end == '_';)
		end++;
	if (*skip_spaces(end) == ')' &&
		expression_type(symbols, pc, p, (size_t)(end - p), &type))
		propose(found, &type);
}

/* `sizeof *m + n`: one, and something behind it. */
static bool is_single(const char *line)
{
	for (const char *p = line; (p = strstr(p, "sizeof"));) {
		const char *before = p;

		while (before > line && isspace((unsigned char)before[-1]))
			before--;
		if (before > line && before[-1] == '+')
			return true;
		p += strlen("sizeof");
		p += strcspn(p, "+,;");
		if (*p == '+')
			return true;
	}
	return false;
}

static bool type_at(
	struct symbols *symbols, uint64_t die, Dwarf_Die *type, uint64_t *size)
{
	if (!symbols_type_at(symbols, die, type) ||
		dwarf_peel_type(type, type) != 0)
		return false;
	*size = symbols_size_of(type);
	return *size != 0;
}

/* A pthread_mutex_t is none: its inside is nobody's business. */
static bool is_struct(Dwarf_Die *type)
{
	char first[64] = "";

	symbols_describe_inside(type, 0, first, sizeof(first));
	return first[0] == '.';
}

static bool is_struct_type(
	struct symbols *symbols, const struct block_type *type)
{
	Dwarf_Die die;
	uint64_t size;

	return type->die && type_at(symbols, type->die, &die, &size) &&
	       is_struct(&die);
}

/* Of an unknown number of bytes there is one struct, with what may follow. */
bool blocks_allocated(struct symbols *symbols, uint64_t pc, const char *line,
	uint64_t block_size, struct block_type *type)
{
	struct candidates found = {.block_size = block_size};

	expression_chains(symbols, pc, line, try_assignment, &found);
	for (const char *p = line; (p = strstr(p, "sizeof"));) {
		p += strlen("sizeof");
		try_sizeof(symbols, pc, p, &found);
	}
	found.type.single = is_single(line) ||
			    (!strstr(line, "sizeof") &&
				    is_struct_type(symbols, &found.type));
	return settle(&found, type);
}

/* An array of them. */
static bool is_array(
	const struct block_type *type, uint64_t size, uint64_t block_size)
{
	return !type->single && block_size > size && block_size % size == 0;
}

const char *blocks_called(struct symbols *symbols,
	const struct block_type *type, uint64_t block_size)
{
	Dwarf_Die die;
	uint64_t size;

	if (!type_at(symbols, type->die, &die, &size))
		return "";
	if (is_struct(&die) && !is_array(type, size, block_size))
		return type->name;
	if (type->variable[0] || !is_struct(&die))
		return type->variable;
	return type->name;
}

/* The name of every pointer to such a struct. */
struct pointers {
	const char *type;
	const char *name; /* NULL: none yet */
	bool differ;
};

static void look_at_pointer(Dwarf_Die *variable, struct pointers *pointers)
{
	Dwarf_Attribute attribute;
	const char *name = dwarf_diename(variable), *its;
	Dwarf_Die type, target;

	if (!name || !dwarf_attr_integrate(variable, DW_AT_type, &attribute) ||
		!dwarf_formref_die(&attribute, &type) ||
		!expression_target(&type, &target))
		return;
	its = type_name(&target);
	if (!its || strcmp(its, pointers->type) != 0)
		return;
	if (pointers->name && strcmp(pointers->name, name) != 0)
		pointers->differ = true;
	pointers->name = name;
}

static void look_below(Dwarf_Die *parent, struct pointers *pointers)
{
	Dwarf_Die die;

	if (dwarf_child(parent, &die) != 0)
		return;
	do {
		switch (dwarf_tag(&die)) {
		case DW_TAG_variable:
		case DW_TAG_formal_parameter:
			look_at_pointer(&die, pointers);
			break;
		case DW_TAG_subprogram:
		case DW_TAG_lexical_block:
			look_below(&die, pointers);
			break;
		default:
			break;
		}
	} while (dwarf_siblingof(&die, &die) == 0);
}

/*
 * What the program calls all that point to one. It may have no pointer of its
 * own to one, but as a member; or call it now this, now that.
 */
const char *blocks_pointers(
	struct symbols *symbols, const struct block_type *type)
{
	struct pointers pointers = {.type = type->name};
	Dwarf_Die *unit = NULL;
	Dwarf_Addr bias;

	while ((unit = dwfl_module_nextcu(symbols->module, unit, &bias)))
		look_below(unit, &pointers);
	return pointers.name && !pointers.differ ? pointers.name : "";
}

bool blocks_is_of(
	struct symbols *symbols, const struct block_type *type, uint64_t target)
{
	Dwarf_Die die;
	const char *name;

	if (!symbols_type_at(symbols, target, &die))
		return false;
	name = type_name(&die);
	return name && !strcmp(name, type->name);
}

/* What lies at a place in a block. */
struct part {
	bool is_element;
	uint64_t element;
	uint64_t size; /* of one of them, or of all */
	char inside[256]; /* ".owner", "" */
};

static bool find_part(struct symbols *symbols, const struct block_type *type,
	uint64_t block_size, uint64_t offset, struct part *part)
{
	Dwarf_Die die;

	*part = (struct part){0};
	if (!type_at(symbols, type->die, &die, &part->size))
		return false;
	part->is_element = is_array(type, part->size, block_size);
	if (part->is_element) {
		part->element = offset / part->size;
		offset %= part->size;
	}
	symbols_describe_inside(
		&die, offset, part->inside, sizeof(part->inside));
	return part->is_element || part->inside[0] == '.' || offset == 0;
}

bool blocks_name(struct symbols *symbols, const struct block_type *type,
	uint64_t block_size, uint64_t offset, const char *base, char *name,
	size_t name_size)
{
	struct part part;

	if (!find_part(symbols, type, block_size, offset, &part))
		return false;
	if (part.is_element)
		snprintf(name, name_size, "%s[%llu]%s", base,
			(unsigned long long)part.element, part.inside);
	else if (part.inside[0] == '.')
		snprintf(name, name_size, "%s->%s", base, part.inside + 1);
	else
		snprintf(name, name_size, "*%s", base);
	return true;
}

bool blocks_part(struct symbols *symbols, const struct block_type *type,
	uint64_t block_size, uint64_t offset, char *name, size_t name_size)
{
	struct part part;
	const char *member;

	if (!find_part(symbols, type, block_size, offset, &part))
		return false;
	member = part.inside + (part.inside[0] == '.');
	if (part.is_element)
		snprintf(name, name_size, "%s%s%s %llu", member,
			member[0] ? " of " : "",
			part.size == 1 ? "byte" : "element",
			(unsigned long long)part.element);
	else
		snprintf(name, name_size, "%s", member);
	return true;
}

bool blocks_spot(struct symbols *symbols, const struct block_type *type,
	uint64_t block_size, uint64_t offset, struct symbols_spot *spot)
{
	Dwarf_Die die;
	uint64_t size;

	if (!type_at(symbols, type->die, &die, &size))
		return false;
	*spot = (struct symbols_spot){
		.type = type->die,
		.offset = is_array(type, size, block_size) ? offset % size
							   : offset,
	};
	return true;
}
