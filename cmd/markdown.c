#include "cmd/markdown.h"

#include "cmd/text.h"

#include <errno.h>
#include <md4c.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	USUAL_WIDTH = 80,
	LEAST_WIDTH = 20,
	INDENT = 2,
	CODE_INDENT = 4,
	DEPTH_MOST = 30, /* of lists; deeper ones are shown no deeper */
};

/* How a byte is shown; bits, since marks nest. */
enum mark {
	MARK_STRONG = 1,
	MARK_EMPHASIS = 2,
	MARK_CODE = 4,
};

struct list {
	bool ordered;
	unsigned next;
};

struct page {
	FILE *out;
	unsigned width;
	bool colour;

	char *text; /* of the block that is read, and how each byte looks */
	unsigned char *marks;
	size_t n, size;
	unsigned mark;

	struct list lists[DEPTH_MOST];
	unsigned depth;
	unsigned quotes;
	char label[16]; /* of the list item that begins: "1. " */
	bool in_html, in_code;
	unsigned cell;
	bool began; /* something was printed: a blank line comes next */
	bool tight; /* but not now */
};

static int grow(struct page *page, size_t more)
{
	size_t size = (page->n + more) * 2;
	char *text = realloc(page->text, size);
	unsigned char *marks;

	if (!text)
		return -1;
	page->text = text;
	marks = realloc(page->marks, size);
	if (!marks)
		return -1;
	page->marks = marks;
	page->size = size;
	return 0;
}

/* md4c stops when a callback returns something other than 0. */
static int add(struct page *page, const char *text, size_t length)
{
	if (page->n + length > page->size && grow(page, length) < 0)
		return -1;
	memcpy(page->text + page->n, text, length);
	memset(page->marks + page->n, (int)page->mark, length);
	page->n += length;
	return 0;
}

static void switch_marks(struct page *page, unsigned from, unsigned to)
{
	if (!page->colour || from == to)
		return;
	fputs("\033[0", page->out);
	if (to & MARK_STRONG)
		fputs(";1", page->out);
	if (to & MARK_EMPHASIS)
		fputs(";4", page->out);
	if (to & MARK_CODE)
		fputs(";36", page->out);
	putc('m', page->out);
}

static unsigned indent_of(const struct page *page)
{
	return (page->depth + page->quotes) * INDENT;
}

/* Column 0 to the text: bars of quotes, and the label of an item once. */
static void print_margin(struct page *page)
{
	unsigned column = indent_of(page);
	size_t length = strlen(page->label);

	for (unsigned i = 0; i < page->quotes; i++)
		fputs("| ", page->out);
	column -= page->quotes * INDENT;
	if (length > column)
		column = (unsigned)length;
	fprintf(page->out, "%*s", (int)column, page->label);
	*page->label = '\0';
}

static void begin_block(struct page *page)
{
	if (page->began && !page->tight)
		putc('\n', page->out);
	page->began = true;
	page->tight = false;
}

static size_t word_length(const struct page *page, size_t at)
{
	size_t n = 0;

	while (at + n < page->n && page->text[at + n] != ' ' &&
		page->text[at + n] != '\n')
		n++;
	return n;
}

static void print_run(struct page *page, size_t at, size_t length)
{
	while (length > 0) {
		unsigned mark = page->marks[at];
		size_t n = 1;

		while (n < length && page->marks[at + n] == mark)
			n++;
		switch_marks(page, 0, mark);
		text_print(page->out, page->text + at, n);
		switch_marks(page, mark, 0);
		at += n;
		length -= n;
	}
}

/* The block's text, broken between words; a newline breaks always. */
static void print_words(struct page *page)
{
	unsigned left = indent_of(page), column = left;

	print_margin(page);
	for (size_t at = 0; at < page->n;) {
		size_t length = word_length(page, at);
		unsigned width = (unsigned)text_width(page->text + at, length);
		bool first = column == left;

		if (length && !first && column + 1 + width > page->width) {
			putc('\n', page->out);
			print_margin(page);
			column = left;
			first = true;
		}
		if (length && !first)
			putc(' ', page->out);
		print_run(page, at, length);
		column += length ? width + !first : 0;
		at += length;
		if (at < page->n && page->text[at] == '\n') {
			putc('\n', page->out);
			print_margin(page);
			column = left;
		}
		at += at < page->n;
	}
	putc('\n', page->out);
	page->n = 0;
}

static void print_code_line(struct page *page, const char *line, size_t length)
{
	while (length > 0) {
		const char *tab = memchr(line, '\t', length);
		size_t n = tab ? (size_t)(tab - line) : length;

		text_print(page->out, line, n);
		if (tab)
			fprintf(page->out, "%*s", CODE_INDENT, "");
		n += tab != NULL;
		line += n;
		length -= n;
	}
}

/* As it is, a margin before each line. */
static void print_code(struct page *page)
{
	size_t at = 0;

	while (at < page->n) {
		const char *line = page->text + at;
		const char *end = memchr(line, '\n', page->n - at);
		size_t length = end ? (size_t)(end - line) : page->n - at;

		fprintf(page->out, "%*s", (int)(indent_of(page) + CODE_INDENT),
			"");
		print_code_line(page, line, length);
		putc('\n', page->out);
		at += length + (end != NULL);
	}
	page->n = 0;
}

/* Text that stands directly in a list item has no paragraph around it. */
static void flush(struct page *page)
{
	if (page->n == 0)
		return;
	begin_block(page);
	print_words(page);
}

static void begin_item(struct page *page)
{
	struct list *list = &page->lists[page->depth - 1];
	int left = (int)(indent_of(page) - INDENT) -
		   (int)(page->quotes * INDENT);

	if (list->ordered)
		snprintf(page->label, sizeof(page->label), "%*s%u. ",
			left > 8 ? 8 : left, "", list->next++ % 1000);
	else
		snprintf(page->label, sizeof(page->label), "%*s* ",
			left > 8 ? 8 : left, "");
}

static void begin_list(struct page *page, bool ordered, unsigned first)
{
	flush(page);
	page->tight = page->depth > 0;
	if (page->depth < DEPTH_MOST)
		page->lists[page->depth] = (struct list){
			.ordered = ordered, .next = first};
	page->depth += page->depth < DEPTH_MOST;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *context)
{
	struct page *page = context;

	switch (type) {
	case MD_BLOCK_QUOTE:
		page->quotes += page->quotes < DEPTH_MOST;
		break;
	case MD_BLOCK_UL:
		begin_list(page, false, 0);
		break;
	case MD_BLOCK_OL:
		begin_list(page, true, ((MD_BLOCK_OL_DETAIL *)detail)->start);
		break;
	case MD_BLOCK_LI:
		begin_item(page);
		break;
	case MD_BLOCK_H:
		page->mark = MARK_STRONG;
		break;
	case MD_BLOCK_HTML:
		page->in_html = true;
		break;
	case MD_BLOCK_CODE:
		page->in_code = true;
		break;
	case MD_BLOCK_TR:
		page->cell = 0;
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		return page->cell++ ? add(page, " | ", 3) : 0;
	default:
		break;
	}
	return 0;
}

static void print_rule(struct page *page)
{
	begin_block(page);
	for (unsigned i = 0; i < page->width / 2; i++)
		putc('-', page->out);
	putc('\n', page->out);
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *context)
{
	struct page *page = context;

	(void)detail;
	switch (type) {
	case MD_BLOCK_QUOTE:
		page->quotes -= page->quotes > 0;
		break;
	case MD_BLOCK_UL:
	case MD_BLOCK_OL:
		page->depth -= page->depth > 0;
		break;
	case MD_BLOCK_HR:
		print_rule(page);
		break;
	case MD_BLOCK_HTML:
		page->in_html = false;
		break;
	case MD_BLOCK_CODE:
		page->in_code = false;
		begin_block(page);
		print_code(page);
		break;
	case MD_BLOCK_LI:
		flush(page);
		page->tight = page->depth > 0;
		break;
	case MD_BLOCK_TR:
		flush(page);
		page->tight = true;
		break;
	case MD_BLOCK_TABLE:
		page->tight = false;
		break;
	case MD_BLOCK_H:
		page->mark = 0;
		flush(page);
		break;
	case MD_BLOCK_P:
		flush(page);
		break;
	default:
		break;
	}
	if ((type == MD_BLOCK_UL || type == MD_BLOCK_OL) && page->depth == 0)
		page->tight = false;
	return 0;
}

static unsigned mark_of(MD_SPANTYPE type)
{
	switch (type) {
	case MD_SPAN_STRONG:
		return MARK_STRONG;
	case MD_SPAN_EM:
		return MARK_EMPHASIS;
	case MD_SPAN_CODE:
		return MARK_CODE;
	default:
		return 0;
	}
}

/* Without colour the marks stay: `code`, *emphasis*, **strong**. */
static int add_sign(struct page *page, MD_SPANTYPE type)
{
	if (page->colour)
		return 0;
	switch (type) {
	case MD_SPAN_STRONG:
		return add(page, "**", 2);
	case MD_SPAN_EM:
		return add(page, "*", 1);
	case MD_SPAN_CODE:
		return add(page, "`", 1);
	default:
		return 0;
	}
}

static int enter_span(MD_SPANTYPE type, void *detail, void *context)
{
	struct page *page = context;

	(void)detail;
	page->mark |= mark_of(type);
	return add_sign(page, type);
}

static int leave_span(MD_SPANTYPE type, void *detail, void *context)
{
	struct page *page = context;

	(void)detail;
	page->mark &= ~mark_of(type);
	return add_sign(page, type);
}

static const char *entity(const char *text, size_t length)
{
	static const char *const table[][2] = {{"&lt;", "<"}, {"&gt;", ">"},
		{"&amp;", "&"}, {"&quot;", "\""}, {"&nbsp;", " "}};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strlen(table[i][0]) == length &&
			!memcmp(table[i][0], text, length))
			return table[i][1];
	return NULL;
}

static int take_text(
	MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE length, void *context)
{
	struct page *page = context;
	const char *plain = NULL;

	switch (type) {
	case MD_TEXT_NULLCHAR:
		return add(page, "\xef\xbf\xbd", 3);
	case MD_TEXT_BR:
		return add(page, "\n", 1);
	case MD_TEXT_SOFTBR:
		return add(page, " ", 1);
	case MD_TEXT_HTML:
		return 0;
	case MD_TEXT_ENTITY:
		plain = entity(text, length);
		return plain ? add(page, plain, strlen(plain))
			     : add(page, text, length);
	default:
		return page->in_html ? 0 : add(page, text, length);
	}
}

int markdown_print(FILE *out, const char *text, size_t length,
	const struct markdown_style *style)
{
	struct page page = {
		.out = out,
		.width = style->width ? style->width : USUAL_WIDTH,
		.colour = style->colour,
	};
	MD_PARSER parser = {
		.flags = MD_DIALECT_GITHUB,
		.enter_block = enter_block,
		.leave_block = leave_block,
		.enter_span = enter_span,
		.leave_span = leave_span,
		.text = take_text,
	};
	int status;

	if (page.width < LEAST_WIDTH)
		page.width = LEAST_WIDTH;
	status = md_parse(text, (MD_SIZE)length, &parser, &page);
	free(page.text);
	free(page.marks);
	return status ? -ENOMEM : 0;
}
