#include "lib/explore/margin.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file in memory. Nothing in it is believed to lie within it. */
struct file {
	unsigned char *data;
	size_t size, room;
	Elf64_Ehdr header;
};

static int read_all(int fd, unsigned char *data, size_t size)
{
	while (size > 0) {
		ssize_t n = read(fd, data, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		data += n;
		size -= (size_t)n;
	}
	return 0;
}

static bool is_elf(struct file *file)
{
	if (file->size < sizeof(file->header))
		return false;
	memcpy(&file->header, file->data, sizeof(file->header));
	return !memcmp(file->header.e_ident, ELFMAG, SELFMAG) &&
	       file->header.e_ident[EI_CLASS] == ELFCLASS64 &&
	       file->header.e_shentsize == sizeof(Elf64_Shdr);
}

/* With so much room behind it. */
static int open_file(const char *path, size_t more, struct file *file)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC), error;

	*file = (struct file){0};
	if (fd < 0)
		return -errno;
	error = fstat(fd, &st) < 0 ? -errno : 0;
	file->size = error ? 0 : (size_t)st.st_size;
	file->room = file->size + more;
	file->data = malloc(file->room + 1);
	if (!error)
		error = file->data ? read_all(fd, file->data, file->size)
				   : -ENOMEM;
	if (!error && !is_elf(file))
		error = -ENOEXEC;
	close(fd);
	return error;
}

static int write_file(const char *path, const struct file *file)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC), error = 0;

	if (fd < 0)
		return -errno;
	for (size_t at = 0; at < file->size && !error;) {
		ssize_t n = write(fd, file->data + at, file->size - at);

		if (n >= 0)
			at += (size_t)n;
		else if (errno != EINTR)
			error = -errno;
	}
	return close(fd) < 0 && !error ? -errno : error;
}

static bool within(const struct file *file, uint64_t at, uint64_t size)
{
	return at <= file->size && size <= file->size - at;
}

static uint64_t section_at(const struct file *file, unsigned i)
{
	return file->header.e_shoff + (uint64_t)i * sizeof(Elf64_Shdr);
}

static bool get_section(
	const struct file *file, unsigned i, Elf64_Shdr *section)
{
	if (i >= file->header.e_shnum ||
		!within(file, section_at(file, i), sizeof(*section)))
		return false;
	memcpy(section, file->data + section_at(file, i), sizeof(*section));
	return true;
}

/* A text in a table of them; "" when it is not there. */
static const char *text_in(const struct file *file, unsigned table, uint32_t at)
{
	Elf64_Shdr texts;

	if (!get_section(file, table, &texts) ||
		!within(file, texts.sh_offset, texts.sh_size) ||
		at >= texts.sh_size ||
		!memchr(file->data + texts.sh_offset + at, '\0',
			texts.sh_size - at))
		return "";
	return (const char *)file->data + texts.sh_offset + at;
}

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* It holds a variable, and nothing else. */
static bool is_of_variable(const struct file *file, const Elf64_Shdr *section)
{
	const char *name = text_in(
		file, file->header.e_shstrndx, section->sh_name);

	if ((section->sh_flags & (SHF_WRITE | SHF_ALLOC | SHF_TLS)) !=
		(SHF_WRITE | SHF_ALLOC))
		return false;
	return (section->sh_type == SHT_NOBITS && begins(name, ".bss.")) ||
	       (section->sh_type == SHT_PROGBITS && begins(name, ".data.") &&
		       !begins(name, ".data.rel") && !begins(name, ".data.."));
}

/* What has contents is moved to the end of the file, where there is room. */
static bool move_to_end(struct file *file, Elf64_Shdr *section)
{
	size_t at = (file->size + MARGIN_SIZE - 1) / MARGIN_SIZE * MARGIN_SIZE;

	if (!within(file, section->sh_offset, section->sh_size) ||
		at + section->sh_size + MARGIN_SIZE > file->room)
		return false;
	memset(file->data + file->size, 0,
		at + section->sh_size + MARGIN_SIZE - file->size);
	memcpy(file->data + at, file->data + section->sh_offset,
		section->sh_size);
	section->sh_offset = at;
	file->size = at + section->sh_size + MARGIN_SIZE;
	return true;
}

static void widen_section(struct file *file, unsigned i)
{
	Elf64_Shdr section;

	if (!get_section(file, i, &section) ||
		!is_of_variable(file, &section) ||
		(section.sh_type == SHT_PROGBITS &&
			!move_to_end(file, &section)))
		return;
	section.sh_size += MARGIN_SIZE;
	memcpy(file->data + section_at(file, i), &section, sizeof(section));
}

int margin_widen(const char *object)
{
	struct file file;
	struct stat st;
	int error = stat(object, &st) < 0 ? -errno : 0;

	if (error)
		return error;
	/* All of it once more, and as much for each of its sections. */
	error = open_file(object,
		(size_t)st.st_size * (2 + 2 * MARGIN_SIZE / sizeof(Elf64_Shdr)),
		&file);
	for (unsigned i = 0; !error && i < file.header.e_shnum; i++)
		widen_section(&file, i);
	if (!error)
		error = write_file(object, &file);
	free(file.data);
	return error == -ENOEXEC ? 0 : error;
}

/* The i-th symbol of a variable; false: there are no more. */
static bool get_symbol(const struct file *file, const Elf64_Shdr *table,
	uint64_t i, Elf64_Sym *symbol)
{
	if (!within(file, table->sh_offset, table->sh_size) ||
		i >= table->sh_size / sizeof(*symbol))
		return false;
	memcpy(symbol, file->data + table->sh_offset + i * sizeof(*symbol),
		sizeof(*symbol));
	return true;
}

static bool find_symbols(const struct file *file, Elf64_Shdr *table)
{
	for (unsigned i = 0; get_section(file, i, table); i++) {
		if (table->sh_type == SHT_SYMTAB)
			return true;
	}
	return false;
}

/* It fills its section up to the room behind it. */
static bool has_margin(const struct file *object, const Elf64_Sym *symbol)
{
	Elf64_Shdr section;

	return ELF64_ST_TYPE(symbol->st_info) == STT_OBJECT &&
	       symbol->st_value == 0 &&
	       get_section(object, symbol->st_shndx, &section) &&
	       is_of_variable(object, &section) &&
	       symbol->st_size + MARGIN_SIZE == section.sh_size;
}

/* Another variable begins before the room ends: it was not made by us. */
static bool is_free(const struct file *program, const Elf64_Shdr *table,
	const struct wire_margin *margin)
{
	Elf64_Sym symbol;

	for (uint64_t i = 0; get_symbol(program, table, i, &symbol); i++) {
		if (ELF64_ST_TYPE(symbol.st_info) == STT_OBJECT &&
			symbol.st_value >= margin->end &&
			symbol.st_value < margin->to)
			return false;
	}
	return true;
}

/* Where the variable of that name and size is; several may be. */
static unsigned find_variable(const struct file *program,
	const Elf64_Shdr *table, const char *name, uint64_t size,
	struct wire_margin *margins, unsigned most)
{
	Elf64_Sym symbol;
	unsigned n = 0;

	for (uint64_t i = 0; get_symbol(program, table, i, &symbol); i++) {
		struct wire_margin margin = {
			.from = symbol.st_value,
			.end = symbol.st_value + size,
			.to = symbol.st_value + size + MARGIN_SIZE,
		};

		if (n < most && symbol.st_size == size &&
			ELF64_ST_TYPE(symbol.st_info) == STT_OBJECT &&
			!strcmp(text_in(program, table->sh_link,
					symbol.st_name),
				name) &&
			is_free(program, table, &margin))
			margins[n++] = margin;
	}
	return n;
}

/* What the next variable leaves unused, to begin where it may. */
static void widen_to_next(const struct file *program, const Elf64_Shdr *table,
	const struct wire_margin *margins, unsigned n,
	struct wire_margin *margin)
{
	struct wire_margin wide = *margin;

	wide.to = margin->to + MARGIN_SIZE;
	for (unsigned i = 0; i < n; i++) {
		if (margins[i].from >= margin->to && margins[i].from < wide.to)
			wide.to = margins[i].from;
	}
	if (wide.to < margin->to + MARGIN_SIZE &&
		is_free(program, table, &wide))
		*margin = wide;
}

static unsigned find(const struct file *object, const struct file *program,
	struct wire_margin *margins, unsigned most)
{
	Elf64_Shdr own, all;
	Elf64_Sym symbol;
	unsigned n = 0;

	if (!find_symbols(object, &own) || !find_symbols(program, &all))
		return 0;
	for (uint64_t i = 0; get_symbol(object, &own, i, &symbol); i++) {
		if (has_margin(object, &symbol))
			n += find_variable(program, &all,
				text_in(object, own.sh_link, symbol.st_name),
				symbol.st_size, margins + n, most - n);
	}
	for (unsigned i = 0; i < n; i++)
		widen_to_next(program, &all, margins, n, &margins[i]);
	return n;
}

unsigned margin_find(const char *object, const char *program,
	struct wire_margin *margins, unsigned most)
{
	struct file own, all = {0};
	unsigned n = 0;

	if (!open_file(object, 0, &own) && !open_file(program, 0, &all))
		n = find(&own, &all, margins, most);
	free(own.data);
	free(all.data);
	return n;
}
