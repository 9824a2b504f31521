/*
 * The chart as SVG. Contrasts: text 15.8 and 9.0 on white; bars 3.8 on white
 * and 4.2 to their whiskers, which is enough for what is no text; grid lines
 * carry no meaning. A doubtful bar is hatched and its text says why, so colour
 * is never needed.
 */
#include "cmd/chart.h"

#include "cmd/text.h"
#include "cmd/xml.h"

#include <math.h>
#include <string.h>

enum {
	WIDTH = 760,
	MARGIN = 24,
	TITLE_AT = 34, /* baselines and heights, in pixels */
	TOP = 58,
	ROW = 34,
	BAR = 20,
	AXIS = 58,
	NOTE = 24,
	CHARACTER = 8, /* about the width of one at 14 px */
	TICKS_MOST = 6,
};

struct plot {
	const struct chart *chart;
	FILE *out;
	double left, right; /* of the bars */
	double end, step; /* of the scale */
	double bottom; /* of the bars */
};

static const char style[] =
	"text{font:14px system-ui,'Segoe UI',Roboto,Helvetica,Arial,"
	"sans-serif;fill:#1f2328}"
	".title{font-size:18px;font-weight:600}"
	".small{font-size:12px;fill:#424a53}"
	".grid{stroke:#d0d7de;stroke-width:1}"
	".axis,.whisker{stroke:#1f2328;stroke-width:1.5}"
	".bar{fill:#3f86d0}"
	".doubtful{fill:url(#hatch);stroke:#1f2328;stroke-width:1}";

static double reach(const struct chart_bar *bar)
{
	if (isnan(bar->value))
		return 0;
	return bar->value + (isnan(bar->error) ? 0 : bar->error);
}

static size_t longest_label(const struct chart *chart)
{
	size_t longest = 0;

	for (size_t i = 0; i < chart->nbars; i++) {
		size_t n = strlen(chart->bars[i].label);

		longest = n > longest ? n : longest;
	}
	return longest;
}

static size_t longest_text(const struct chart *chart)
{
	size_t longest = 0;

	for (size_t i = 0; i < chart->nbars; i++) {
		size_t n = strlen(chart->bars[i].text);

		if (!isnan(chart->bars[i].value) && n > longest)
			longest = n;
	}
	return longest;
}

static struct plot plot_of(const struct chart *chart, FILE *out)
{
	double end = 0;
	double labels = (double)longest_label(chart) * CHARACTER;
	double texts = (double)longest_text(chart) * CHARACTER;
	struct plot plot = {
		.chart = chart,
		.out = out,
		.left = MARGIN + labels + 10,
		.bottom = TOP + (double)chart->nbars * ROW,
	};

	for (size_t i = 0; i < chart->nbars; i++)
		end = fmax(end, reach(&chart->bars[i]));
	plot.step = chart_step(end > 0 ? end : 1, TICKS_MOST);
	plot.end = plot.step * ceil(end / plot.step - 1e-9);
	if (plot.end <= 0)
		plot.end = plot.step;
	plot.right = fmax(WIDTH - MARGIN - texts, plot.left + 160);
	return plot;
}

static double x_of(const struct plot *plot, double value)
{
	return plot->left + (plot->right - plot->left) * value / plot->end;
}

static double total_width(const struct plot *plot)
{
	double texts = (double)longest_text(plot->chart) * CHARACTER;

	return fmax(WIDTH, plot->right + texts + MARGIN);
}

static double total_height(const struct plot *plot)
{
	return plot->bottom + AXIS + (plot->chart->note ? NOTE : 0);
}

static void put_head(const struct plot *plot)
{
	FILE *out = plot->out;
	double width = total_width(plot), height = total_height(plot);

	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" lang=\"en\" "
		"role=\"img\" aria-labelledby=\"title desc\" width=\"%.0f\" "
		"height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\">\n",
		width, height, width, height);
	fputs("<title id=\"title\">", out);
	xml_put(out, plot->chart->title);
	fputs("</title>\n<desc id=\"desc\">", out);
	xml_put(out, plot->chart->axis);
	fputs(": ", out);
	for (size_t i = 0; i < plot->chart->nbars; i++) {
		fputs(i ? "; " : "", out);
		xml_put(out, plot->chart->bars[i].label);
		putc(' ', out);
		xml_put(out, plot->chart->bars[i].text);
	}
	fprintf(out, ".</desc>\n<style>%s</style>\n", style);
	fputs("<defs><pattern id=\"hatch\" width=\"6\" height=\"6\" "
	      "patternUnits=\"userSpaceOnUse\" "
	      "patternTransform=\"rotate(45)\"><rect width=\"6\" "
	      "height=\"6\" fill=\"#fff\"/><rect width=\"2\" height=\"6\" "
	      "fill=\"#1f2328\"/></pattern></defs>\n",
		out);
	fputs("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n", out);
	fprintf(out, "<text class=\"title\" x=\"%d\" y=\"%d\">", MARGIN,
		TITLE_AT);
	xml_put(out, plot->chart->title);
	fputs("</text>\n", out);
}

static void put_tick(const struct plot *plot, double value)
{
	double x = x_of(plot, value);

	fprintf(plot->out,
		"<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" "
		"y2=\"%.1f\"/>\n",
		x, TOP - 6, x, plot->bottom);
	fprintf(plot->out,
		"<text class=\"small\" text-anchor=\"middle\" x=\"%.1f\" "
		"y=\"%.1f\">%.10g</text>\n",
		x, plot->bottom + 18, value);
}

static void put_axis(const struct plot *plot)
{
	int nsteps = (int)lround(plot->end / plot->step);

	for (int i = 0; i <= nsteps; i++)
		put_tick(plot, i * plot->step);
	fprintf(plot->out,
		"<line class=\"axis\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" "
		"y2=\"%.1f\"/>\n",
		plot->left, TOP - 6, plot->left, plot->bottom);
	fprintf(plot->out,
		"<text text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">",
		(plot->left + plot->right) / 2, plot->bottom + 40);
	xml_put(plot->out, plot->chart->axis);
	fputs("</text>\n", plot->out);
}

static void put_whisker(
	const struct plot *plot, const struct chart_bar *bar, double y)
{
	double from = x_of(plot, fmax(0, bar->value - bar->error));
	double to = x_of(plot, bar->value + bar->error);

	fprintf(plot->out,
		"<path class=\"whisker\" fill=\"none\" d=\"M%.1f %.1fH%.1f"
		"M%.1f %.1fv10M%.1f %.1fv10\"/>\n",
		from, y, to, from, y - 5, to, y - 5);
}

static void put_row(const struct plot *plot, size_t i)
{
	const struct chart_bar *bar = &plot->chart->bars[i];
	double y = TOP + (double)i * ROW + ROW / 2.0;
	bool has_whisker = !isnan(bar->value) && bar->error > 0;

	fprintf(plot->out, "<text text-anchor=\"end\" x=\"%.1f\" y=\"%.1f\">",
		plot->left - 10, y + 5);
	xml_put(plot->out, bar->label);
	fputs("</text>\n", plot->out);
	if (!isnan(bar->value))
		fprintf(plot->out,
			"<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" "
			"width=\"%.1f\" height=\"%d\"/>\n",
			bar->doubtful ? "doubtful" : "bar", plot->left,
			y - BAR / 2.0, x_of(plot, bar->value) - plot->left,
			BAR);
	if (has_whisker)
		put_whisker(plot, bar, y);
	fprintf(plot->out, "<text x=\"%.1f\" y=\"%.1f\">",
		x_of(plot, reach(bar)) + 8, y + 5);
	xml_put(plot->out, bar->text);
	fputs("</text>\n", plot->out);
}

void chart_svg(const struct chart *chart, FILE *out)
{
	struct plot plot = plot_of(chart, out);

	put_head(&plot);
	put_axis(&plot);
	for (size_t i = 0; i < chart->nbars; i++)
		put_row(&plot, i);
	if (chart->note) {
		fprintf(out, "<text class=\"small\" x=\"%d\" y=\"%.1f\">",
			MARGIN, plot.bottom + AXIS + 8);
		xml_put(out, chart->note);
		fputs("</text>\n", out);
	}
	fputs("</svg>\n", out);
}
