/* What failed, and what makes the times doubtful, said on stderr. */
#include "cmd/compare.h"
#include "cmd/msg.h"

#include "lib/clock.h"

enum {
	NAMES_SIZE = 600,
	SHORT_NS = 5 * CLOCK_NS_PER_MS,
};

void compare_warn_before(const struct comparison *comparison)
{
	const struct host *host = &comparison->host;

	if (host_is_busy(host))
		msg_warning("the load is %.2f on %d usable CPUs: others are "
			    "at work, and the times will show it",
			host->load, host->cpus.usable);
}

static bool is_short(const struct compare_row *row)
{
	for (size_t i = 0; i < row->nruns; i++)
		if (row->runs[i].wall_ns < SHORT_NS)
			return true;
	return false;
}

static bool has_outlier(const struct compare_row *row, bool first_only)
{
	double walls[STATS_MOST];

	for (size_t i = 0; i < row->nruns; i++)
		walls[i] = (double)row->runs[i].wall_ns;
	for (size_t i = 0; i < (first_only ? 1 : row->nruns); i++)
		if (row->nruns > 2 && stats_is_outlier(walls, row->nruns, i))
			return true;
	return false;
}

/* "seq, async": the rows for which the question is answered yes. */
static bool list_rows(const struct comparison *comparison, char *out,
	size_t size, bool (*question)(const struct compare_row *row))
{
	size_t n = 0;

	*out = '\0';
	for (size_t i = 0; i < comparison->nrows; i++) {
		const struct compare_row *row = &comparison->rows[i];
		char label[CHART_LABEL_SIZE];

		if (!compare_is_rival(comparison, row) || !question(row) ||
			n >= size)
			continue;
		compare_label(comparison, row, label, sizeof(label));
		n += (size_t)snprintf(
			out + n, size - n, "%s%s", n ? "; " : "", label);
	}
	return n > 0;
}

static bool first_is_outlier(const struct compare_row *row)
{
	return has_outlier(row, true);
}

static bool another_is_outlier(const struct compare_row *row)
{
	return has_outlier(row, false) && !has_outlier(row, true);
}

static bool is_wrong(const struct compare_row *row)
{
	return row->state == ROW_WRONG;
}

static bool has_failed(const struct compare_row *row)
{
	return row->state == ROW_FAILED;
}

void compare_warn_after(const struct comparison *comparison)
{
	char names[NAMES_SIZE];

	if (list_rows(comparison, names, sizeof(names), is_wrong))
		msg_error("a wrong answer from: %s", names);
	if (list_rows(comparison, names, sizeof(names), has_failed))
		msg_error("no answer from: %s; the report says why", names);
	if (list_rows(comparison, names, sizeof(names), is_short))
		msg_warning("runs of less than 5 ms, too short to compare: "
			    "%s; a larger --size tells more",
			names);
	if (list_rows(comparison, names, sizeof(names), first_is_outlier))
		msg_warning("the first run took far longer or shorter than the "
			    "others: %s",
			names);
	if (list_rows(comparison, names, sizeof(names), another_is_outlier))
		msg_warning("single runs are far from the others, as if "
			    "something else had run: %s",
			names);
}
