#include "lib/explore/object_names.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct name {
	const char *text;
	char kind;
};

static int compare(const void *a, const void *b)
{
	return strcmp(
		((const struct name *)a)->text, ((const struct name *)b)->text);
}

static char kind_of(const GElf_Sym *symbol)
{
	if (symbol->st_shndx != SHN_UNDEF)
		return 'D';
	return GELF_ST_BIND(symbol->st_info) == STB_WEAK ? 'w' : 'U';
}

/* The table of symbols has one without a name at its beginning. */
static bool has_name(const GElf_Sym *symbol)
{
	int type = GELF_ST_TYPE(symbol->st_info);

	return symbol->st_name != 0 && type != STT_SECTION && type != STT_FILE;
}

static size_t read_names(Elf *elf, Elf_Data *data, const GElf_Shdr *header,
	struct name *names, size_t most)
{
	size_t n = 0;

	for (size_t i = 0; i < most; i++) {
		GElf_Sym symbol;
		const char *text;

		if (!gelf_getsym(data, (int)i, &symbol) || !has_name(&symbol))
			continue;
		text = elf_strptr(elf, header->sh_link, symbol.st_name);
		if (text)
			names[n++] = (struct name){text, kind_of(&symbol)};
	}
	return n;
}

static int print_table(
	Elf *elf, Elf_Scn *section, const GElf_Shdr *header, FILE *out)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t most, n;
	struct name *names;

	if (!data || header->sh_entsize == 0)
		return -ENOEXEC;
	most = header->sh_size / header->sh_entsize;
	names = calloc(most + 1, sizeof(*names));
	if (!names)
		return -ENOMEM;
	n = read_names(elf, data, header, names, most);
	qsort(names, n, sizeof(*names), compare);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s %c\n", names[i].text, names[i].kind);
	free(names);
	return 0;
}

static int print_object(Elf *elf, FILE *out)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	int error = 0;

	while (!error && (section = elf_nextscn(elf, section))) {
		if (gelf_getshdr(section, &header) &&
			header.sh_type == SHT_SYMTAB)
			error = print_table(elf, section, &header, out);
	}
	return error;
}

/* An archive's own tables are members, too, and no objects. */
static int print_members(int fd, Elf *archive, FILE *out)
{
	Elf_Cmd command = ELF_C_READ;
	Elf *member;
	int error = 0;

	while (!error && (member = elf_begin(fd, command, archive))) {
		if (elf_kind(member) == ELF_K_ELF)
			error = print_object(member, out);
		command = elf_next(member);
		elf_end(member);
	}
	return error;
}

static int print_file(const char *path, FILE *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), error = -ENOEXEC;
	Elf *elf;

	if (fd < 0)
		return -errno;
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (elf && elf_kind(elf) == ELF_K_ELF)
		error = print_object(elf, out);
	else if (elf && elf_kind(elf) == ELF_K_AR)
		error = print_members(fd, elf, out);
	elf_end(elf);
	close(fd);
	return error;
}

int object_names(const char *const *objects, unsigned n, char **text)
{
	char *all = NULL;
	size_t size;
	FILE *out = open_memstream(&all, &size);
	int error = 0;

	if (!out)
		return -ENOMEM;
	elf_version(EV_CURRENT);
	for (unsigned i = 0; i < n && !error; i++)
		error = print_file(objects[i], out);
	if (fclose(out) != 0 && !error)
		error = -ENOMEM;
	if (error)
		free(all);
	else
		*text = all;
	return error;
}
