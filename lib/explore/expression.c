#include "lib/explore/expression.h"

#include <ctype.h>
#include <dwarf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static const char *skip_spaces(const char *p)
{
	while (isspace((unsigned char)*p))
		p++;
	return p;
}

static const char *skip_name(const char *p)
{
	while (is_name(*p))
		p++;
	return p;
}

/* Behind the bracket that closes this one; NULL: it is on another line. */
static const char *skip_index(const char *p)
{
	unsigned depth = 0;

	for (; *p; p++) {
		depth += *p == '[';
		depth -= *p == ']';
		if (depth == 0)
			return p + 1;
	}
	return NULL;
}

bool expression_target(Dwarf_Die *pointer, Dwarf_Die *target)
{
	Dwarf_Die peeled;

	return dwarf_peel_type(pointer, &peeled) == 0 &&
	       dwarf_tag(&peeled) == DW_TAG_pointer_type &&
	       symbols_type_of(&peeled, target);
}

static void extend(struct chain *chain, const char *text, size_t n)
{
	size_t used = strlen(chain->path);

	snprintf(chain->path + used, sizeof(chain->path) - used, "%.*s", (int)n,
		text);
}

/* Members of a struct without a name are its own. */
static bool find_member(
	Dwarf_Die *type, const char *name, size_t length, Dwarf_Die *found)
{
	Dwarf_Die peeled, member;

	if (dwarf_peel_type(type, &peeled) != 0 ||
		dwarf_child(&peeled, &member) != 0)
		return false;
	do {
		const char *its = dwarf_diename(&member);
		Dwarf_Die inner;

		if (dwarf_tag(&member) != DW_TAG_member ||
			!symbols_type_of(&member, &inner))
			continue;
		if (!its && find_member(&inner, name, length, found))
			return true;
		if (its && strlen(its) == length &&
			!memcmp(its, name, length)) {
			*found = inner;
			return true;
		}
	} while (dwarf_siblingof(&member, &member) == 0);
	return false;
}

struct reading {
	chain_fn fn;
	void *context;
};

static bool dereference(struct chain *chain, const struct reading *reading)
{
	Dwarf_Die target;

	if (!expression_target(&chain->type, &target))
		return false;
	reading->fn(reading->context, chain);
	chain->dereferenced = true;
	chain->pointer_to = chain->to;
	chain->target = chain->type = target;
	chain->path[0] = '\0';
	return true;
}

static const char *member(struct chain *chain, const char *p)
{
	const char *name = skip_spaces(p), *end = skip_name(name);
	size_t length = (size_t)(end - name);
	Dwarf_Die type;

	if (length == 0 || !find_member(&chain->type, name, length, &type))
		return NULL;
	extend(chain, ".", 1);
	extend(chain, name, length);
	chain->type = type;
	return end;
}

static const char *element(
	struct chain *chain, const struct reading *reading, const char *p)
{
	const char *end = skip_index(p);
	Dwarf_Die array;

	if (!end || dereference(chain, reading))
		return end;
	if (dwarf_peel_type(&chain->type, &array) != 0 ||
		dwarf_tag(&array) != DW_TAG_array_type ||
		!symbols_type_of(&array, &chain->type))
		return NULL;
	extend(chain, "[]", 2);
	return end;
}

/* One more link; NULL: there is none, or none that is understood. */
static const char *link_at(
	struct chain *chain, const struct reading *reading, const char *p)
{
	p = skip_spaces(p);
	if (*p == '[')
		return element(chain, reading, p);
	if (*p == '.')
		return member(chain, p + 1);
	if (p[0] == '-' && p[1] == '>' && dereference(chain, reading))
		return member(chain, p + 2);
	return NULL;
}

static const char *before(const char *line, const char *p)
{
	while (p > line && isspace((unsigned char)p[-1]))
		p--;
	return p > line ? p - 1 : NULL;
}

/* `*p`, and neither `n * p` nor `int *p`. */
static bool has_star(const char *line, const char *p)
{
	const char *star = before(line, p);

	while (star && *star == '(')
		star = before(line, star);
	if (!star || *star != '*')
		return false;
	star = before(line, star);
	return !star || !(is_name(*star) || strchr(")]*", *star));
}

static void read_chain(
	struct chain *chain, const char *line, const struct reading *reading)
{
	bool star = has_star(line, chain->from);
	const char *next = skip_name(chain->from);

	do {
		chain->to = next;
		next = link_at(chain, reading, next);
	} while (next);
	if (star)
		dereference(chain, reading);
	reading->fn(reading->context, chain);
}

/* The name of a member is no variable's; an array's index is read, too. */
static bool begins_chain(const char *line, const char *p)
{
	const char *last = before(line, p);

	if (isdigit((unsigned char)*p) || !is_name(*p) ||
		(p > line && is_name(p[-1])))
		return false;
	return !last || !(*last == '.' || (*last == '>' && last > line &&
						  last[-1] == '-'));
}

static bool find_variable(
	Dwarf_Die *scopes, int nscopes, const char *p, Dwarf_Die *type)
{
	char name[128];
	Dwarf_Die variable;

	snprintf(name, sizeof(name), "%.*s", (int)(skip_name(p) - p), p);
	return dwarf_getscopevar(
		       scopes, nscopes, name, 0, NULL, 0, 0, &variable) >= 0 &&
	       symbols_type_of(&variable, type);
}

void expression_chains(struct symbols *symbols, uint64_t pc, const char *line,
	chain_fn fn, void *context)
{
	const struct reading reading = {fn, context};
	Dwarf_Addr bias, at = pc - symbols->base - 1;
	Dwarf_Die *unit = dwfl_module_addrdie(symbols->module, at, &bias);
	Dwarf_Die *scopes = NULL;
	int nscopes = unit ? dwarf_getscopes(unit, at - bias, &scopes) : 0;

	for (const char *p = line; *p && nscopes > 0; p++) {
		struct chain chain = {.from = p};

		if (begins_chain(line, p) &&
			find_variable(scopes, nscopes, p, &chain.type))
			read_chain(&chain, line, &reading);
	}
	free(scopes);
}

static bool is_type(Dwarf_Die *die, const char *name, size_t length)
{
	const char *its = dwarf_diename(die);

	switch (dwarf_tag(die)) {
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
	case DW_TAG_typedef:
	case DW_TAG_base_type:
		return its && strlen(its) == length &&
		       !memcmp(its, name, length);
	default:
		return false;
	}
}

bool expression_type(struct symbols *symbols, uint64_t pc, const char *name,
	size_t length, Dwarf_Die *type)
{
	Dwarf_Addr bias;
	Dwarf_Die *unit = dwfl_module_addrdie(
		symbols->module, pc - symbols->base - 1, &bias);

	if (!unit || dwarf_child(unit, type) != 0)
		return false;
	do {
		if (is_type(type, name, length))
			return true;
	} while (dwarf_siblingof(type, type) == 0);
	return false;
}
