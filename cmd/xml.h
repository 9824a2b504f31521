/*
 * xml - text inside of an element or a quoted attribute of XML or HTML
 *
 * Threads:  any.
 * Blocking: for the stream.
 * Memory:   none.
 */
#ifndef CMD_XML_H
#define CMD_XML_H

#include <stdio.h>

/* Foreign text, escaped for the reader's eyes as cmd/text.h does, too. */
void xml_put(FILE *out, const char *text);

#endif
