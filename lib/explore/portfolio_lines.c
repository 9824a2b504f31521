/* Lines whose accesses race, and the stretches of code that they became. */
#include "lib/explore/portfolio_impl.h"

#include <string.h>

/* The number of a source file on the command line, from 1; 0: another. */
static unsigned file_number(const struct portfolio *p, const char *file)
{
	const struct build_options *sources = p->options.sources;

	for (unsigned i = 0; i < sources->nfiles; i++) {
		if (!strcmp(symbols_base_name(sources->files[i]),
			    symbols_base_name(file)))
			return i + 1;
	}
	return 0;
}

static void add_line(struct portfolio *p, unsigned file, unsigned line)
{
	for (unsigned i = 0; i < p->nlines; i++) {
		if (p->lines[i].file == file && p->lines[i].line == line)
			return;
	}
	if (p->nlines < SCHEDULE_MAX_LINES)
		p->lines[p->nlines++] = (struct schedule_line){
			.file = file, .line = line};
}

/* Of a program that was there already: the place in its code stands for it. */
static void learn_places(struct portfolio *p)
{
	struct wire *wire = session_wire(p->session);

	for (uint32_t i = 0; i < wire->nracy; i++)
		add_line(p, 1, (unsigned)(wire->racy[i] - wire->base));
	wire->nracy = 0;
	wire->nranges = p->nlines;
	for (unsigned i = 0; i < p->nlines; i++)
		wire->ranges[i] = (struct wire_range){
			p->lines[i].line - 1, p->lines[i].line};
}

static void mark_line(struct portfolio *p, const struct schedule_line *line)
{
	struct wire *wire = session_wire(p->session);
	struct code_range ranges[64];
	size_t n = symbols_ranges(p->symbols,
		p->options.sources->files[line->file - 1], (int)line->line,
		ranges, 64);

	for (size_t i = 0; i < n && i < 64; i++) {
		if (wire->nranges < WIRE_MAX_RANGES)
			wire->ranges[wire->nranges++] = (struct wire_range){
				ranges[i].from, ranges[i].to};
	}
}

/* Addresses become lines, which mean the same to another compiler. */
void portfolio_learn_lines(struct portfolio *p)
{
	struct wire *wire = session_wire(p->session);
	uint32_t kept = 0;

	if (p->options.sources->binary) {
		learn_places(p);
		return;
	}
	for (uint32_t i = 0; i < wire->nracy; i++) {
		struct place place;
		unsigned file = 0;

		if (symbols_place(p->symbols, wire->racy[i], &place))
			file = file_number(p, place.file);
		if (file)
			add_line(p, file, (unsigned)place.line);
		else
			wire->racy[kept++] = wire->racy[i];
	}
	wire->nracy = kept;
	wire->nranges = 0;
	for (unsigned i = 0; i < p->nlines; i++)
		mark_line(p, &p->lines[i]);
}
