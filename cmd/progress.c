#include "cmd/progress.h"

#include "cmd/global.h"
#include "cmd/msg.h"
#include "cmd/term.h"
#include "lib/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	PATIENCE_MS = 1000,
	REDRAW_MS = 100,
	LINE_SIZE = 200,
};

/* The one that has a line on the screen, which a message has to clear. */
static struct progress *shown;

static enum progress_mode choose_mode(void)
{
	bool is_tty = term_is_tty(STDERR_FILENO);

	if (global.quiet || global.progress == PROGRESS_NONE)
		return PROGRESS_NONE;
	if (global.progress == PROGRESS_PLAIN)
		return PROGRESS_PLAIN;
	if (!is_tty)
		return PROGRESS_NONE;
	return global.plain || term_is_dumb() ? PROGRESS_PLAIN : PROGRESS_LINE;
}

/* Nothing can be done about an error here. */
static void put(const char *text)
{
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		return;
}

static void erase(void)
{
	if (!shown || !shown->drawn)
		return;
	shown->drawn = false;
	put("\r\033[K");
}

void progress_start(struct progress *progress, const char *what)
{
	*progress = (struct progress){
		.what = what,
		.mode = choose_mode(),
		.start_ns = clock_now(),
	};
	progress->next_ns = progress->start_ns +
			    (uint64_t)PATIENCE_MS * CLOCK_NS_PER_MS;
	shown = progress;
	msg_set_before(erase);
}

/* In words: 50 s, 3 min, 2 h. */
static void format_left(char *out, size_t size, double seconds)
{
	if (seconds < 100)
		snprintf(out, size, "%.0f s", seconds);
	else if (seconds < 100 * 60)
		snprintf(out, size, "%.0f min", seconds / 60);
	else
		snprintf(out, size, "%.0f h", seconds / 3600);
}

static void format_line(const struct progress *progress, char *out, size_t size,
	double share, uint64_t now_ns)
{
	double spent = (double)(now_ns - progress->start_ns) /
		       (double)CLOCK_NS_PER_S;
	char left[32];

	if (share <= 0) {
		snprintf(out, size, "%s: %.0f s", progress->what, spent);
		return;
	}
	format_left(left, sizeof(left), spent / share - spent);
	snprintf(out, size, "%s: %d %%, ETA %s", progress->what,
		(int)(share * 100), left);
}

/* Cut to the terminal's width: a wrapped line could not be erased. */
static void draw(struct progress *progress, char *line)
{
	size_t width = term_width(STDERR_FILENO);
	char drawn[LINE_SIZE + 8];

	if (width && strlen(line) >= width)
		line[width - 1] = '\0';
	snprintf(drawn, sizeof(drawn), "\r%s\033[K", line);
	put(drawn);
	progress->drawn = true;
}

static void print_tenth(struct progress *progress, char *line, double share)
{
	unsigned tenths = (unsigned)(share * 10);

	if (tenths <= progress->tenths || tenths >= 10)
		return;
	progress->tenths = tenths;
	strcat(line, "\n");
	put(line);
}

void progress_update(struct progress *progress, uint64_t done, uint64_t total)
{
	uint64_t now_ns = clock_now();
	double share = 0;
	char line[LINE_SIZE];

	if (progress->mode == PROGRESS_NONE || now_ns < progress->next_ns)
		return;
	progress->next_ns = now_ns + (uint64_t)REDRAW_MS * CLOCK_NS_PER_MS;
	if (total)
		share = done < total ? (double)done / (double)total : 1;
	format_line(progress, line, sizeof(line) - 1, share, now_ns);
	if (progress->mode == PROGRESS_LINE)
		draw(progress, line);
	else
		print_tenth(progress, line, share);
}

void progress_stop(struct progress *progress)
{
	if (shown == progress)
		erase();
	shown = NULL;
	msg_set_before(NULL);
}
