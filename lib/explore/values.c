#include "lib/explore/values.h"

#include "lib/explore/symbols_impl.h"

#include <dwarf.h>
#include <string.h>

struct looking {
	struct value_field *fields;
	unsigned n, most;
	int64_t nbits; /* of the access */
	bool failed;
};

static void look(struct looking *looking, Dwarf_Die *type, int64_t at);

/* The access ends before it, or begins behind it. */
static bool is_apart(const struct looking *looking, int64_t at, uint64_t nbits)
{
	return at >= looking->nbits || at + (int64_t)nbits <= 0;
}

static struct value_field *add(
	struct looking *looking, int64_t at, uint64_t nbits)
{
	struct value_field *field = &looking->fields[looking->n];

	if (is_apart(looking, at, nbits))
		return NULL;
	if (at < 0 || at + (int64_t)nbits > looking->nbits ||
		looking->n == looking->most) {
		looking->failed = true;
		return NULL;
	}
	looking->n++;
	*field = (struct value_field){
		.at = (unsigned)at,
		.nbits = (unsigned)nbits,
	};
	return field;
}

static bool number_in(Dwarf_Die *die, unsigned name, int64_t *number)
{
	Dwarf_Attribute attribute;
	Dwarf_Word value;

	if (!dwarf_attr(die, name, &attribute) ||
		dwarf_formudata(&attribute, &value) != 0)
		return false;
	*number = (int64_t)value;
	return true;
}

static bool is_character(Dwarf_Die *type)
{
	const char *name = dwarf_diename(type);

	return dwarf_tag(type) == DW_TAG_base_type && name &&
	       !strcmp(name, "char");
}

static enum value_kind kind_of_base(Dwarf_Die *type)
{
	int64_t encoding = 0;

	if (is_character(type))
		return VALUE_CHARACTER;

	number_in(type, DW_AT_encoding, &encoding);
	switch (encoding) {
	case DW_ATE_boolean:
		return VALUE_TRUTH;
	case DW_ATE_float:
		return VALUE_REAL;
	case DW_ATE_unsigned:
	case DW_ATE_unsigned_char:
		return VALUE_NATURAL;
	default:
		return VALUE_NUMBER;
	}
}

static bool is_thread(Dwarf_Die type)
{
	while (dwarf_tag(&type) == DW_TAG_typedef) {
		const char *name = dwarf_diename(&type);

		if (name &&
			(!strcmp(name, "pthread_t") || !strcmp(name, "thrd_t")))
			return true;
		if (!symbols_type_of(&type, &type))
			return false;
	}
	return false;
}

static void describe_kind(
	struct value_field *field, Dwarf_Die *type, Dwarf_Die *peeled)
{
	Dwarf_Die target;

	switch (dwarf_tag(peeled)) {
	case DW_TAG_pointer_type:
		field->kind = VALUE_POINTER;
		if (!symbols_type_of(peeled, &target))
			break;
		field->type = dwarf_dieoffset(&target);
		if (dwarf_peel_type(&target, &target) == 0 &&
			is_character(&target))
			field->kind = VALUE_STRING;
		break;
	case DW_TAG_enumeration_type:
		field->kind = VALUE_ENUM;
		field->type = dwarf_dieoffset(peeled);
		break;
	default:
		field->kind = is_thread(*type) ? VALUE_THREAD
					       : kind_of_base(peeled);
	}
}

/* Before DWARF 5 it was counted from the other end of an int around it. */
static bool bits_of(Dwarf_Die *member, int64_t *at, int64_t *nbits)
{
	int64_t offset, size;

	if (!number_in(member, DW_AT_bit_size, nbits))
		return false;
	if (number_in(member, DW_AT_data_bit_offset, at))
		return true;
	if (!number_in(member, DW_AT_bit_offset, &offset) ||
		!number_in(member, DW_AT_byte_size, &size))
		return false;
	*at = 8 * (size + (int64_t)symbols_member_offset(member)) - offset -
	      *nbits;
	return true;
}

static void look_at_member(
	struct looking *looking, Dwarf_Die *member, int64_t at)
{
	Dwarf_Die type, peeled;
	struct value_field *field;
	int64_t bit, nbits;

	if (!symbols_type_of(member, &type))
		return;
	if (!bits_of(member, &bit, &nbits)) {
		look(looking, &type,
			at + 8 * (int64_t)symbols_member_offset(member));
		return;
	}
	field = add(looking, at + bit, (uint64_t)nbits);
	if (field && dwarf_peel_type(&type, &peeled) == 0) {
		field->bits = dwarf_diename(member);
		describe_kind(field, &type, &peeled);
	}
}

static void look_at_members(
	struct looking *looking, Dwarf_Die *type, int64_t at)
{
	Dwarf_Die member;

	if (dwarf_child(type, &member) != 0)
		return;
	do {
		if (dwarf_tag(&member) == DW_TAG_member)
			look_at_member(looking, &member, at);
	} while (!looking->failed && dwarf_siblingof(&member, &member) == 0);
}

/* It is called by its first member, which may be smaller than another. */
static void look_at_union(struct looking *looking, Dwarf_Die *type, int64_t at)
{
	Dwarf_Die member, inner;

	if (dwarf_child(type, &member) != 0 ||
		!symbols_peeled_type(&member, &inner))
		return;
	look_at_member(looking, &member, at);
	if (symbols_size_of(&inner) < symbols_size_of(type) &&
		at + 8 * (int64_t)symbols_size_of(&inner) < looking->nbits)
		looking->failed = true;
}

static void look_at_elements(
	struct looking *looking, Dwarf_Die *array, int64_t at)
{
	Dwarf_Die type, peeled;
	int64_t nbits, i;

	if (!symbols_type_of(array, &type) ||
		dwarf_peel_type(&type, &peeled) != 0)
		return;
	nbits = 8 * (int64_t)symbols_size_of(&peeled);
	if (nbits == 0)
		return;
	for (i = at < 0 ? -at / nbits : 0;
		!looking->failed && at + i * nbits < looking->nbits; i++)
		look(looking, &type, at + i * nbits);
}

static void look(struct looking *looking, Dwarf_Die *type, int64_t at)
{
	Dwarf_Die peeled;
	struct value_field *field;
	uint64_t nbits;

	if (dwarf_peel_type(type, &peeled) != 0)
		return;
	nbits = 8 * symbols_size_of(&peeled);
	if (nbits && is_apart(looking, at, nbits))
		return;
	switch (dwarf_tag(&peeled)) {
	case DW_TAG_structure_type:
		look_at_members(looking, &peeled, at);
		break;
	case DW_TAG_union_type:
		look_at_union(looking, &peeled, at);
		break;
	case DW_TAG_array_type:
		look_at_elements(looking, &peeled, at);
		break;
	default:
		field = nbits ? add(looking, at, nbits) : NULL;
		if (field)
			describe_kind(field, type, &peeled);
	}
}

/* To the last byte, or up to what pads a struct. */
static bool covers(
	const struct looking *looking, Dwarf_Die *type, uint64_t offset)
{
	const struct value_field *last;
	Dwarf_Die peeled;

	if (looking->n == 0 || dwarf_peel_type(type, &peeled) != 0)
		return false;
	last = &looking->fields[looking->n - 1];
	return 8 * (int64_t)offset + looking->nbits <=
		       8 * (int64_t)symbols_size_of(&peeled) ||
	       last->at + last->nbits == looking->nbits;
}

unsigned values_fields(struct symbols *symbols, const struct symbols_spot *spot,
	uint64_t size, struct value_field *fields, unsigned most)
{
	struct looking looking = {
		.fields = fields,
		.most = most,
		.nbits = 8 * (int64_t)size,
	};
	Dwarf_Die type;

	if (!symbols_type_at(symbols, spot->type, &type))
		return 0;
	look(&looking, &type, -8 * (int64_t)spot->offset);
	return looking.failed || !covers(&looking, &type, spot->offset)
		       ? 0
		       : looking.n;
}

/* A small number may be written down with a sign or without. */
static bool is_enumerator(Dwarf_Die *die, int64_t value)
{
	Dwarf_Attribute attribute;
	Dwarf_Sword its;
	Dwarf_Word natural;

	return dwarf_tag(die) == DW_TAG_enumerator &&
	       dwarf_attr(die, DW_AT_const_value, &attribute) &&
	       ((dwarf_formsdata(&attribute, &its) == 0 && its == value) ||
		       (dwarf_formudata(&attribute, &natural) == 0 &&
			       (int64_t)natural == value));
}

const char *values_enumerator(
	struct symbols *symbols, uint64_t type, int64_t value)
{
	Dwarf_Die die, each;

	if (!symbols_type_at(symbols, type, &die) ||
		dwarf_child(&die, &each) != 0)
		return NULL;
	do {
		if (is_enumerator(&each, value))
			return dwarf_diename(&each);
	} while (dwarf_siblingof(&each, &each) == 0);
	return NULL;
}
