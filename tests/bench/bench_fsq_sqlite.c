/*
 * bench_fsq_sqlite - the queue beside a table of SQLite that is used as one
 *
 * The table is in WAL mode. An item is inserted by one transaction, and taken
 * and marked as done by another, which is the least that a queue in a table
 * can do: it would hold the only lock for as long as the item takes.
 *
 *	bench_fsq_sqlite [DIRECTORY]
 */
#include "tests/bench/fsq_rig.h"

#ifdef HAVE_SQLITE
#include <pthread.h>
#include <sqlite3.h>

static sqlite3 *db;
static sqlite3_stmt *insert, *first, *update;

static void run(const char *sql)
{
	check(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, sql);
}

static sqlite3_stmt *prepare(const char *sql)
{
	sqlite3_stmt *statement;

	check(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK,
		sql);
	return statement;
}

static void close_table(void)
{
	sqlite3_finalize(insert);
	sqlite3_finalize(first);
	sqlite3_finalize(update);
	sqlite3_close(db);
	db = NULL;
}

static void new_table(int n, bool sync)
{
	static unsigned ntables;
	char path[sizeof(rig.root) + 32];

	(void)n;
	if (db)
		close_table();
	snprintf(path, sizeof(path), "%s/t%u.db", rig.root, ntables++);
	check(sqlite3_open(path, &db) == SQLITE_OK, path);
	run("PRAGMA journal_mode = WAL");
	run(sync ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
	run("CREATE TABLE items (id INTEGER PRIMARY KEY, argument TEXT, "
	    "content BLOB, state INTEGER)");
	run("CREATE INDEX waiting ON items (id) WHERE state = 0");
	insert = prepare("INSERT INTO items (argument, content, state) "
			 "VALUES ('a', ?, 0)");
	first = prepare(
		"SELECT id, content FROM items WHERE state = 0 ORDER BY id "
		"LIMIT 1");
	update = prepare("UPDATE items SET state = 2 WHERE id = ?");
}

static void insert_one(void)
{
	sqlite3_bind_blob(insert, 1, "hello\n", 6, SQLITE_STATIC);
	check(sqlite3_step(insert) == SQLITE_DONE, "insert");
	sqlite3_reset(insert);
}

static void insert_each(int n, bool sync)
{
	(void)sync;
	for (int i = 0; i < n; i++)
		insert_one();
}

static void insert_together(int n, bool sync)
{
	(void)sync;
	for (int i = 0; i < n; i += BATCH) {
		run("BEGIN IMMEDIATE");
		for (int j = 0; j < BATCH; j++)
			insert_one();
		run("COMMIT");
	}
}

static void take_one_row(void)
{
	run("BEGIN IMMEDIATE");
	check(sqlite3_step(first) == SQLITE_ROW, "select");
	sqlite3_bind_int64(update, 1, sqlite3_column_int64(first, 0));
	sqlite3_reset(first);
	check(sqlite3_step(update) == SQLITE_DONE, "update");
	sqlite3_reset(update);
	run("COMMIT");
}

static void cycle(int n, bool sync)
{
	insert_each(n, sync);
	for (int i = 0; i < n; i++)
		take_one_row();
}

static void renew(int n, bool sync)
{
	(void)n;
	rig_renew(sync);
}

static void ours(int n, bool sync)
{
	(void)sync;
	put_each(n);
	check(take(n, 0) == n, "take");
}

static void ours_together(int n, bool sync)
{
	(void)sync;
	put_together(n);
}

static void whole_together(int n, bool sync)
{
	(void)sync;
	put_together(n);
	take_together();
}

enum {
	NENQUEUERS = 8
};

static int share;

static void *put_share(void *arg)
{
	(void)arg;
	put_each(share);
	return NULL;
}

static void ours_at_once(int n, bool sync)
{
	pthread_t threads[NENQUEUERS];

	(void)sync;
	share = n / NENQUEUERS;
	for (int i = 0; i < NENQUEUERS; i++)
		check(!pthread_create(&threads[i], NULL, put_share, NULL),
			"thread");
	for (int i = 0; i < NENQUEUERS; i++)
		pthread_join(threads[i], NULL);
}

static void by_processes(int n, bool sync)
{
	int status;

	(void)sync;
	for (int i = 0; i < NENQUEUERS; i++) {
		if (fork() == 0) {
			put_each(n / NENQUEUERS);
			_exit(0);
		}
	}
	for (int i = 0; i < NENQUEUERS; i++)
		check(wait(&status) > 0 && !status, "process");
}

static void rows(void)
{
	struct work_on whole = {renew, ours}, table = {new_table, cycle};
	struct work_on commits = {new_table, insert_each};
	int n = 2 * BATCH;

	heading("enqueue, claim and done, beside SQLite (WAL)");
	row("no sync, beside NORMAL", whole, table, 2000, false, 1.6);
	row("with sync, beside FULL", whole, table, 100, true, 1.8);
	row("64 together, beside FULL, a commit each",
		(struct work_on){renew, whole_together}, table, n, true, 0);
	heading("enqueue with sync, beside SQLite's FULL, a commit per item");
	row("64 given together", (struct work_on){renew, ours_together},
		commits, n, true, 0.4);
	row("by 8 threads at once", (struct work_on){renew, ours_at_once},
		commits, n, true, 0.4);
	row("by 8 processes at once", (struct work_on){renew, by_processes},
		commits, n, true, 0);
	row("64 together, beside 64 a commit",
		(struct work_on){renew, ours_together},
		(struct work_on){new_table, insert_together}, n, true, 0);
	close_table();
}
#else
static void rows(void)
{
	puts("not installed: sqlite3 (Debian: apt-get install libsqlite3-dev); "
	     "rows that need it are left out");
}
#endif

int main(int argc, char **argv)
{
	rig_open(argc, argv);
	rows();
	rig_close();
	return 0;
}
