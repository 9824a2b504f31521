/* Programs to be taken over, and files that pretend to be one. */
#include "tests/suite.h"

#include "lib/explore/binary.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	HEAD_SIZE = 4096
};

static unsigned char *bytes;
static size_t size;
static char path[] = "/tmp/test_explore_binary.XXXXXX";

static void read_ourselves(void)
{
	FILE *in = fopen("/proc/self/exe", "re");

	ck_assert_ptr_nonnull(in);
	bytes = malloc(64 << 20);
	ck_assert_ptr_nonnull(bytes);
	size = fread(bytes, 1, 64 << 20, in);
	fclose(in);
}

static int look_at(const unsigned char *data, size_t n)
{
	struct binary binary;
	FILE *out = fopen(path, "we");
	int error;

	ck_assert_ptr_nonnull(out);
	ck_assert_uint_eq(fwrite(data, 1, n, out), n);
	ck_assert_int_eq(fclose(out), 0);
	error = binary_look(path, &binary);
	return error;
}

static void begin(void)
{
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fchmod(fd, 0700), 0);
	close(fd);
	read_ourselves();
}

static void end(void)
{
	unlink(path);
	free(bytes);
}

START_TEST(cut_off_anywhere)
{
	begin();
	for (size_t n = 0; n < HEAD_SIZE; n += 7)
		ck_assert_int_gt(look_at(bytes, n), 0);
	end();
}
END_TEST

START_TEST(every_byte_of_the_header_wrong)
{
	begin();
	for (size_t i = 0; i < 1024; i++) {
		unsigned char old = bytes[i];

		for (int k = 0; k < 3; k++) {
			bytes[i] = (unsigned char)(old + "\x01\x80\xff"[k]);
			ck_assert_int_ge(
				look_at(bytes,
					size < HEAD_SIZE ? size : HEAD_SIZE),
				0);
		}
		bytes[i] = old;
	}
	end();
}
END_TEST

START_TEST(what_is_no_program)
{
	struct binary binary;

	ck_assert_int_eq(binary_look("/dev/null", &binary), BINARY_NO_ELF);
	ck_assert_int_eq(binary_look("Makefile", &binary), BINARY_NO_ELF);
	ck_assert_int_lt(binary_look("nosuch", &binary), 0);
	ck_assert(!binary_is_elf("nosuch"));
	ck_assert(!binary_is_elf("Makefile"));
	ck_assert(binary_is_elf("/proc/self/exe"));
}
END_TEST

int main(void)
{
	return suite_run("explore_binary", 60,
		(const TTest *const[]){
			cut_off_anywhere,
			every_byte_of_the_header_wrong,
			what_is_no_program,
			NULL,
		});
}
