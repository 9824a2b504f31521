#include "lib/explore/binary.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__x86_64__)
#define MACHINE EM_X86_64
#elif defined(__aarch64__)
#define MACHINE EM_AARCH64
#else
#define MACHINE EM_NONE
#endif

struct image {
	const unsigned char *bytes;
	uint64_t size;
	Elf64_Ehdr header;
};

bool binary_is_elf(const char *path)
{
	char magic[SELFMAG];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool is = fd >= 0 && read(fd, magic, SELFMAG) == SELFMAG &&
		  !memcmp(magic, ELFMAG, SELFMAG);

	if (fd >= 0)
		close(fd);
	return is;
}

/* Whoever made the file may have lied about every number in it. */
static bool take(
	const struct image *image, uint64_t offset, void *out, uint64_t size)
{
	if (offset > image->size || size > image->size - offset)
		return false;
	memcpy(out, image->bytes + offset, size);
	return true;
}

static bool segment(const struct image *image, unsigned i, Elf64_Phdr *phdr)
{
	return i < image->header.e_phnum &&
	       image->header.e_phentsize == sizeof(*phdr) &&
	       take(image, image->header.e_phoff + i * sizeof(*phdr), phdr,
		       sizeof(*phdr));
}

static bool find_segment(
	const struct image *image, uint32_t type, Elf64_Phdr *phdr)
{
	for (unsigned i = 0; segment(image, i, phdr); i++) {
		if (phdr->p_type == type)
			return true;
	}
	return false;
}

/* Where in the file what is loaded to an address lies; the size if nowhere. */
static uint64_t offset_of(const struct image *image, uint64_t address)
{
	Elf64_Phdr phdr;

	for (unsigned i = 0; segment(image, i, &phdr); i++) {
		if (phdr.p_type == PT_LOAD && address >= phdr.p_vaddr &&
			address - phdr.p_vaddr < phdr.p_filesz)
			return phdr.p_offset + (address - phdr.p_vaddr);
	}
	return image->size;
}

static void text_at(
	const struct image *image, uint64_t offset, char *text, size_t size)
{
	size_t n = 0;

	while (n + 1 < size && offset < image->size && image->bytes[offset])
		text[n++] = (char)image->bytes[offset++];
	text[n] = '\0';
}

/* The n-th entry with the tag; false when there is none. */
static bool dynamic(
	const struct image *image, int64_t tag, unsigned n, uint64_t *value)
{
	Elf64_Phdr phdr;
	Elf64_Dyn entry;

	if (!find_segment(image, PT_DYNAMIC, &phdr))
		return false;
	for (uint64_t at = 0; at + sizeof(entry) <= phdr.p_filesz;
		at += sizeof(entry)) {
		if (!take(image, phdr.p_offset + at, &entry, sizeof(entry)) ||
			entry.d_tag == DT_NULL)
			return false;
		if (entry.d_tag == tag && n-- == 0) {
			*value = entry.d_un.d_val;
			return true;
		}
	}
	return false;
}

static uint64_t strings_of(const struct image *image)
{
	uint64_t address = 0;

	return dynamic(image, DT_STRTAB, 0, &address)
		       ? offset_of(image, address)
		       : image->size;
}

/* A library whose name begins so is asked for; its name is written. */
static bool needs(
	const struct image *image, const char *begins, char *name, size_t size)
{
	uint64_t strings = strings_of(image), at;

	for (unsigned n = 0; dynamic(image, DT_NEEDED, n, &at); n++) {
		if (at > image->size)
			continue;
		text_at(image, strings + at, name, size);
		if (!strncmp(name, begins, strlen(begins)))
			return true;
	}
	return false;
}

/* Some table of names in it, of dynamic symbols or of all, has this one. */
static bool mentions(const struct image *image, const char *name)
{
	return memmem(image->bytes, image->size, name, strlen(name) + 1);
}

static int look_at_header(const struct image *image)
{
	const Elf64_Ehdr *header = &image->header;

	if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
		return BINARY_NO_ELF;
	if (MACHINE == EM_NONE)
		return BINARY_UNSUPPORTED_MACHINE;
	if (header->e_ident[EI_CLASS] != ELFCLASS64 ||
		header->e_machine != MACHINE)
		return BINARY_OTHER_MACHINE;
	if (header->e_type != ET_EXEC && header->e_type != ET_DYN)
		return BINARY_NO_PROGRAM;
	return 0;
}

static int look_at_loader(const struct image *image)
{
	char name[BINARY_NAME_SIZE];
	const char *slash;
	Elf64_Phdr phdr;
	uint64_t flags = 0;
	bool is_dynamic = find_segment(image, PT_DYNAMIC, &phdr);

	if (is_dynamic && (phdr.p_offset > image->size ||
				  phdr.p_filesz > image->size - phdr.p_offset))
		return BINARY_BROKEN;
	if (!find_segment(image, PT_LOAD, &phdr))
		return BINARY_BROKEN;
	dynamic(image, DT_FLAGS_1, 0, &flags);
	if (!find_segment(image, PT_INTERP, &phdr))
		return is_dynamic && !(flags & DF_1_PIE) ? BINARY_NO_PROGRAM
							 : BINARY_STATIC;
	text_at(image, phdr.p_offset, name, sizeof(name));
	slash = strrchr(name, '/');
	return strncmp(slash ? slash + 1 : name, "ld-linux", 8)
		       ? BINARY_OTHER_LIBC
		       : 0;
}

static int look_at_sanitizer(const struct image *image, struct binary *result)
{
	char name[BINARY_NAME_SIZE];

	result->seen = needs(image, "libtsan.so", result->sanitizer,
		sizeof(result->sanitizer));
	if (!result->seen && mentions(image, "__tsan_func_entry"))
		return BINARY_SANITIZER_INSIDE;
	if (needs(image, "libasan.so", name, sizeof(name)) ||
		mentions(image, "__asan_init"))
		return BINARY_OTHER_SANITIZER;
	return 0;
}

static int look(const struct image *image, struct binary *result)
{
	int error = look_at_header(image);

	if (!error)
		error = look_at_loader(image);
	return error ? error : look_at_sanitizer(image, result);
}

static int look_at_file(int fd, const struct stat *st, struct binary *result)
{
	struct image image = {.size = (uint64_t)st->st_size};
	int error = BINARY_NO_ELF;

	if (image.size < sizeof(image.header))
		return error;
	image.bytes = mmap(NULL, image.size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (image.bytes == MAP_FAILED)
		return -errno;
	take(&image, 0, &image.header, sizeof(image.header));
	error = look(&image, result);
	munmap((void *)(uintptr_t)image.bytes, image.size);
	return error;
}

int binary_look(const char *path, struct binary *result)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC), error;

	*result = (struct binary){.seen = false};
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		error = -errno;
	else if (!S_ISREG(st.st_mode))
		error = BINARY_NO_ELF;
	else
		error = look_at_file(fd, &st, result);
	if (!error && st.st_mode & (S_ISUID | S_ISGID))
		error = BINARY_SETUID;
	if (!error && access(path, X_OK) < 0)
		error = BINARY_NOT_EXECUTABLE;
	close(fd);
	return error;
}
