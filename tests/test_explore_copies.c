/* The calls of a struct copy's hooks, in assembly as gcc writes it. */
#include "tests/suite.h"

#include "lib/explore/copies.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/test_explore_copies.XXXXXX";
static char marked[4096];

static void mark(const char *text)
{
	int fd = mkstemp(path);
	FILE *file;
	size_t n;

	ck_assert_int_ge(fd, 0);
	file = fdopen(fd, "r+");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fflush(file);
	ck_assert_int_eq(copies_mark(path), 0);
	rewind(file);
	n = fread(marked, 1, sizeof(marked) - 1, file);
	marked[n] = '\0';
	fclose(file);
	unlink(path);
	strcpy(strrchr(path, '.'), ".XXXXXX");
}

static void is_left(const char *text)
{
	mark(text);
	ck_assert_str_eq(marked, text);
}

#if defined(__aarch64__)
#define CALL "\tbl\t"
#define ADDRESS "\tadrp\tx0, one\n\tadd\tx0, x0, :lo12:one\n"
#define STORE "\tstr\tw1, [x0]\n"
#else
#define CALL "\tcall\t"
#define ADDRESS "\tleaq\t8(%rax,%rdx), %rax\n\tcltq\n\tmovq\t%rax, %rdi\n"
#define STORE "\tmovl\t%eax, (%rdi,%rcx)\n"
#endif

START_TEST(a_pair_is_renamed)
{
	mark(CALL "__tsan_write16\n" ADDRESS "\t.loc 1 2 3\n.LBB2:\n" CALL
		  "__tsan_read16@PLT\n" STORE);
	ck_assert_str_eq(marked,
		CALL "__tsan_store16\n" ADDRESS "\t.loc 1 2 3\n.LBB2:\n" CALL
		     "__tsan_load16@PLT\n" STORE);
	mark(CALL "__tsan_write_range\n" CALL "__tsan_read_range");
	ck_assert_str_eq(
		marked, CALL "__tsan_store_range\n" CALL "__tsan_load_range");
}
END_TEST

START_TEST(the_last_write_is_the_one)
{
	mark(CALL "__tsan_write4\n" CALL "__tsan_write4\n" CALL
		  "__tsan_read4\n" CALL "__tsan_read4\n");
	ck_assert_str_eq(marked,
		CALL "__tsan_write4\n" CALL "__tsan_store4\n" CALL
		     "__tsan_load4\n" CALL "__tsan_read4\n");
}
END_TEST

START_TEST(two_statements_are_left)
{
	is_left("");
	is_left("\n\n");
	is_left(CALL "__tsan_write4\n" STORE CALL "__tsan_read4\n");
	is_left(CALL "__tsan_write4\n" CALL "f\n" CALL "__tsan_read4\n");
	is_left(CALL "__tsan_write4\n\tret\nf:\n" CALL "__tsan_read4\n");
	is_left(CALL "__tsan_write4\n" CALL "__tsan_read8\n");
	is_left(CALL "__tsan_write1\n" CALL "__tsan_read16\n");
	is_left(CALL "__tsan_write16\n" CALL "__tsan_read1\n");
	is_left(CALL "__tsan_read4\n" ADDRESS CALL "__tsan_write4\n");
	is_left("\t.string\t\"call __tsan_write4\"\n" CALL "__tsan_read4\n");
	is_left(CALL "__tsan_write4");
}
END_TEST

START_TEST(a_file_that_is_not_there)
{
	ck_assert_int_lt(copies_mark("/nowhere/at/all"), 0);
}
END_TEST

int main(void)
{
	return suite_run("explore_copies", 60,
		(const TTest *const[]){
			a_pair_is_renamed,
			the_last_write_is_the_one,
			two_statements_are_left,
			a_file_that_is_not_there,
			NULL,
		});
}
