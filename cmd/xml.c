#include "cmd/xml.h"

#include "cmd/text.h"

#include <string.h>

static const char special[] = "&<>\"";

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	default:
		return "&quot;";
	}
}

void xml_put(FILE *out, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, special);

		text_print(out, text, n);
		text += n;
		if (*text)
			fputs(entity(*text++), out);
	}
}
