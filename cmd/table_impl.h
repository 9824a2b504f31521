/* The inside of a table, for table.c which fills and table_print.c. */
#ifndef CMD_TABLE_IMPL_H
#define CMD_TABLE_IMPL_H

#include "cmd/table.h"

enum cell_kind {
	CELL_MISSING,
	CELL_TEXT,
	CELL_UINT,
	CELL_REAL,
	CELL_BOOL,
};

struct cell {
	enum cell_kind kind;
	int decimals;
	union {
		char *text;
		uint64_t number;
		double real;
		bool truth;
	} as;
};

struct table {
	const struct table_column *columns;
	size_t ncolumns;
	size_t nrows;
	size_t capacity; /* rows that cells has room for */
	size_t next; /* column of the next cell in the last row */
	struct cell *cells;
	int error;
};

#endif
