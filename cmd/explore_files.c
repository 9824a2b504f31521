/*
 * What a process sees of a file, and acts on, though another has changed the
 * file in between; and what a pipe gives to read.
 */
#include "cmd/explore_uses.h"

#include "cmd/text.h"

#include <stdlib.h>
#include <string.h>

/* What was seen of a file, who changed that, and what was done though. */
struct meddling {
	const struct use_of *look, *change, *act;
};

static bool saw_none(const struct use_of *look)
{
	return look->failed && look->uses & (USE_ASKS | USE_OPENS) &&
	       !(look->uses & USE_MAKES);
}

static bool saw_it(const struct use_of *look)
{
	return !look->failed && look->uses & USE_ASKS;
}

static bool read_it(const struct use_of *look)
{
	return !look->failed && look->uses & USE_READS;
}

static bool is_look(const struct use_of *use)
{
	return saw_none(use) || saw_it(use) || read_it(use);
}

/* What was seen is so no more. */
static bool undoes(const struct use_of *change, const struct use_of *look)
{
	unsigned undone = read_it(look)    ? USE_WRITES | USE_REMOVES
			  : saw_none(look) ? USE_WRITES | USE_MAKES
					   : USE_REMOVES;

	return !change->failed && change->uses & undone;
}

static bool relies_on(const struct use_of *act, const struct use_of *look)
{
	if (saw_it(look))
		return act->uses & (USE_REMOVES | USE_OPENS | USE_WRITES);
	return !act->failed && act->uses & USE_CHANGES;
}

/* The process's last look at that file before; NULL: it knows of nothing. */
static const struct use_of *look_before(
	const struct file_uses *files, const struct use_of *act)
{
	for (const struct use_of *use = act; use-- > files->all;) {
		if (use->process == act->process &&
			!strcmp(use->path, act->path) && is_look(use))
			return use;
	}
	return NULL;
}

/* The last change by another; NULL: there is none, or the look is used up. */
static const struct use_of *change_between(
	const struct use_of *look, const struct use_of *act)
{
	const struct use_of *change = NULL;

	for (const struct use_of *use = look + 1; use < act; use++) {
		if (strcmp(use->path, act->path) != 0)
			continue;
		if (use->process != act->process)
			change = undoes(use, look) ? use : change;
		else if (!change && use->uses & USE_CHANGES &&
			 !(use->uses & USE_OPENS))
			return NULL;
	}
	return change;
}

/* The last one: what comes next has to do with the failure. */
static bool find_meddling(const struct file_uses *files, struct meddling *found)
{
	for (size_t i = files->n; i-- > 0;) {
		found->act = &files->all[i];
		found->look = look_before(files, found->act);
		if (!found->look || !relies_on(found->act, found->look))
			continue;
		found->change = change_between(found->look, found->act);
		if (found->change)
			return true;
	}
	return false;
}

static void name_of_call(const struct wire *wire, uint32_t i, char *name)
{
	char words[EXPLORE_WORDS_SIZE];

	explore_call_words(wire, &wire->events[i].op, words, sizeof(words));
	explore_call_part(words, 0, name);
}

static bool is_of_end(const struct wire *wire, const struct use_of *look)
{
	char name[USES_PATH_SIZE];

	name_of_call(wire, look->event, name);
	return !strcmp(name, "lseek");
}

static void seen_words(const struct wire *wire, const struct meddling *found,
	char *words, size_t size)
{
	const struct use_of *look = found->look, *change = found->change;
	char who[EXPLORE_WORDS_SIZE];

	text_append(words, size, "%s %s %s at step %u, ",
		explore_thread_name(look->process, who),
		is_of_end(wire, look) ? "looks for the end of"
		: read_it(look)       ? "reads"
		: saw_none(look)      ? "finds no"
				      : "finds",
		look->path, look->event + 1);
	text_append(words, size, "%s %s it at step %u, ",
		explore_thread_name(change->process, who),
		change->uses & USE_WRITES  ? "writes"
		: change->uses & USE_MAKES ? "makes"
					   : "removes",
		change->event + 1);
}

/* By what it read, or as there was nothing to read. */
static void lock_words(struct explore_view *view, const struct meddling *found,
	char *words, size_t size)
{
	const struct event *events = view->wire->events;
	char who[EXPLORE_WORDS_SIZE];

	text_append(words, size,
		"and %s changes it at step %u by what it saw: hold one lock ",
		explore_thread_name(found->act->process, who),
		found->act->event + 1);
	explore_add_span(view, events[found->look->event].op.pc,
		events[found->act->event].op.pc, words, size);
	text_append(words, size,
		", by flock with LOCK_EX on a file that each process opens "
		"for itself");
}

/* Where the end was, others have written since. */
static void append_words(const struct wire *wire, const struct meddling *found,
	char *words, size_t size)
{
	char who[EXPLORE_WORDS_SIZE], name[USES_PATH_SIZE];

	name_of_call(wire, found->act->event, name);
	text_append(words, size,
		"and %s comes to %s at step %u where the end was: open it with "
		"O_APPEND: each write then goes to the end as it is",
		explore_thread_name(found->act->process, who), name,
		found->act->event + 1);
}

/* One call that tests and acts. */
static void one_call_words(struct explore_view *view,
	const struct meddling *found, char *words, size_t size)
{
	const struct use_of *act = found->act;
	char who[EXPLORE_WORDS_SIZE], name[USES_PATH_SIZE],
		asks[USES_PATH_SIZE];

	name_of_call(view->wire, act->event, name);
	name_of_call(view->wire, found->look->event, asks);
	text_append(words, size, "before %s comes to %s at step %u: ",
		explore_thread_name(act->process, who), name, act->event + 1);
	if (saw_it(found->look) || !strcmp(name, "mkdir") ||
		strstr(name, "link"))
		text_append(words, size,
			"leave out %s, call %s at once, and go by whether it "
			"fails: it does for all but the first",
			asks, name);
	else if (strstr(name, "rename"))
		text_append(words, size,
			"leave out %s, and call link at once, which fails when "
			"the name is taken; rename replaces what is there",
			asks);
	else
		text_append(words, size,
			"leave out %s, and open it with O_CREAT | O_EXCL, "
			"which fails for all but the first: "
			"those give up",
			asks);
}

static bool writes_only(const struct use_of *act)
{
	return act->uses & USE_WRITES && !(act->uses & USE_MAKES);
}

/* The last call of the process that failed. */
static const struct event *last_call(const struct wire *wire, unsigned process)
{
	for (uint32_t i = wire->nevents; i-- > 0;) {
		if (wire->events[i].thread == process &&
			wire->events[i].op.kind == OP_CALL)
			return &wire->events[i];
	}
	return NULL;
}

/* It has no name, and is none of those that were there before main. */
static bool is_pipe(struct file_uses *files, unsigned process, int descriptor)
{
	const struct opened *open = explore_opened(files, process, descriptor);

	return open && !open->path[0] && descriptor > 2;
}

/* "read(3, 20 bytes): 11 bytes" */
static bool part_advice(struct explore_view *view, struct file_uses *files,
	const struct finding *finding, char *words, size_t size)
{
	unsigned process = finding->first.thread;
	const struct event *event = last_call(view->wire, process);
	char call[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];
	char descriptor[USES_PATH_SIZE], wanted[USES_PATH_SIZE];

	if (!event)
		return false;
	explore_call_words(view->wire, &event->op, call, sizeof(call));
	explore_call_part(call, 1, descriptor);
	explore_call_part(call, 2, wanted);
	if (strncmp(call, "read(", 5) != 0 || event->result <= 0 ||
		event->result >= atoi(wanted) ||
		!is_pipe(files, process, atoi(descriptor)))
		return false;
	text_append(words, size,
		"a pipe keeps no borders between what was written: the read at "
		"%s got %d of the %d bytes that it asked for: go on reading "
		"until all is there, or the end",
		explore_place_name(view, event->op.pc, place), event->result,
		atoi(wanted));
	return true;
}

/* The last thing the failed process did with a file: there was none yet. */
static const struct use_of *looked_too_early(
	const struct file_uses *files, const struct finding *finding)
{
	const struct use_of *use = files->all + files->n;

	while (use > files->all && use[-1].process != finding->first.thread)
		use--;
	if (use == files->all || !saw_none(use - 1))
		return NULL;
	for (const struct use_of *made = files->all; made < use; made++) {
		if (!strcmp(made->path, use[-1].path) &&
			made->uses & USE_MAKES && !made->failed)
			return NULL;
	}
	return use - 1;
}

/* Whoever has not ended may be about to make it; -1 when there is nobody. */
static int who_may_make(const struct wire *wire, const struct file_uses *files,
	const struct use_of *look)
{
	for (const struct use_of *use = look; use < files->all + files->n;
		use++) {
		if (use->uses & USE_MAKES && use->process != look->process &&
			!strcmp(use->path, look->path))
			return (int)use->process;
	}
	for (unsigned i = wire->nthreads; i-- > 0;) {
		if (i != look->process &&
			wire->standing[i].state != STANDING_ENDED)
			return (int)i;
	}
	return -1;
}

/* Whoever made what it looks at, and has not ended; NULL: there is nobody. */
static const struct use_of *unfinished(const struct wire *wire,
	const struct file_uses *files, const struct use_of *look)
{
	for (const struct use_of *use = look; use-- > files->all;) {
		if (strcmp(use->path, look->path) != 0 || use->failed ||
			!(use->uses & USE_CHANGES))
			continue;
		return use->uses & USE_MAKES && use->uses & USE_OPENS &&
				       use->process != look->process &&
				       wire->standing[use->process].state !=
					       STANDING_ENDED
			       ? use
			       : NULL;
	}
	return NULL;
}

/* The last file that the failed process has looked into. */
static const struct use_of *last_look(
	const struct file_uses *files, unsigned process)
{
	for (const struct use_of *use = files->all + files->n;
		use-- > files->all;) {
		if (use->process == process && !use->failed &&
			use->uses & (USE_OPENS | USE_READS | USE_ASKS))
			return use;
	}
	return NULL;
}

static bool unfinished_advice(struct explore_view *view,
	const struct file_uses *files, const struct finding *finding,
	char *words, size_t size)
{
	const struct use_of *look = last_look(files, finding->first.thread);
	const struct use_of *made = look ? unfinished(view->wire, files, look)
					 : NULL;
	char who[EXPLORE_WORDS_SIZE], other[EXPLORE_WORDS_SIZE];

	if (!made)
		return false;
	explore_thread_name(look->process, who);
	explore_thread_name(made->process, other);
	text_append(words, size,
		"%s makes %s at step %u, and has not ended when %s looks at it "
		"at step %u: let %s wait for %s (%s) before it looks",
		other, look->path, made->event + 1, who, look->event + 1, who,
		other,
		look->process ? "by a pipe, or a signal" : "with waitpid");
	return true;
}

static bool order_advice(struct explore_view *view,
	const struct file_uses *files, const struct finding *finding,
	char *words, size_t size)
{
	const struct use_of *look = looked_too_early(files, finding);
	int maker = look ? who_may_make(view->wire, files, look) : -1;
	char who[EXPLORE_WORDS_SIZE], other[EXPLORE_WORDS_SIZE];

	if (maker < 0)
		return false;
	text_append(words, size,
		"nobody has made %s when %s looks for it at step %u, and %s "
		"has not ended: let %s wait for whoever makes it (%s) "
		"before it looks",
		look->path, explore_thread_name(look->process, who),
		look->event + 1, explore_thread_name((unsigned)maker, other),
		who, look->process ? "by a pipe, or a signal" : "with waitpid");
	return true;
}

/* Its last use of that path before, to make it; NULL: there is none. */
static const struct use_of *made_before(const struct file_uses *files,
	const struct use_of *use, unsigned process)
{
	const struct use_of *made = NULL;

	for (const struct use_of *at = files->all; at < use; at++) {
		if (at->process != process || at->failed ||
			strcmp(at->path, use->path) != 0)
			continue;
		if (at->uses & USE_OPENS && at->uses & USE_MAKES)
			made = at;
		else if (at->uses & USE_REMOVES)
			made = NULL;
	}
	return made;
}

/* Whoever has not renamed it when another has begun to write it, too. */
static const struct use_of *other_writer(const struct file_uses *files,
	const struct use_of *moved, const struct use_of *made)
{
	for (const struct use_of *at = made + 1; at < moved; at++) {
		if (at->process != made->process && !at->failed &&
			at->uses & USE_OPENS && at->uses & USE_MAKES &&
			!strcmp(at->path, made->path))
			return at;
	}
	for (unsigned i = 0; i < USES_MOST_PROCESSES; i++) {
		const struct use_of *at =
			i == made->process ? NULL : made_before(files, made, i);

		if (at)
			return at;
	}
	return NULL;
}

static void temporary_words(const struct use_of *one, const struct use_of *two,
	char *words, size_t size)
{
	const struct use_of *first = one < two ? one : two;
	const struct use_of *second = one < two ? two : one;
	char who[EXPLORE_WORDS_SIZE], other[EXPLORE_WORDS_SIZE];

	text_append(words, size,
		"%s and %s both write %s at the same time (from step %u, and "
		"from step %u), and rename what both have written: give each "
		"process a file of its own (mkstemp, or getpid in its name), "
		"and rename that",
		explore_thread_name(first->process, who),
		explore_thread_name(second->process, other), first->path,
		first->event + 1, second->event + 1);
}

static bool temporary_advice(const struct wire *wire, struct file_uses *files,
	char *words, size_t size)
{
	for (const struct use_of *moved = files->all;
		moved < files->all + files->n; moved++) {
		const struct use_of *made, *other;
		char name[USES_PATH_SIZE];

		name_of_call(wire, moved->event, name);
		if (strncmp(name, "rename", 6) != 0 ||
			!(moved->uses & USE_REMOVES))
			continue;
		made = made_before(files, moved, moved->process);
		other = made ? other_writer(files, moved, made) : NULL;
		if (!other)
			continue;
		temporary_words(made, other, words, size);
		return true;
	}
	return false;
}

bool explore_changes_files(const struct wire *wire)
{
	struct file_uses *files = explore_uses_of(wire);
	bool any = false;

	for (size_t i = 0; files && i < files->n; i++)
		any |= files->all[i].uses & USE_CHANGES &&
		       !files->all[i].failed;
	if (files)
		explore_uses_free(files);
	return any;
}

bool explore_files_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	struct file_uses *files = explore_uses_of(view->wire);
	struct meddling found;
	bool any = true;

	if (!files)
		return false;
	if (temporary_advice(view->wire, files, words, size)) {
		explore_uses_free(files);
		return true;
	}
	if (!find_meddling(files, &found)) {
		any = part_advice(view, files, finding, words, size) ||
		      order_advice(view, files, finding, words, size) ||
		      unfinished_advice(view, files, finding, words, size);
	} else {
		seen_words(view->wire, &found, words, size);
		if (is_of_end(view->wire, found.look))
			append_words(view->wire, &found, words, size);
		else if (read_it(found.look) || writes_only(found.act))
			lock_words(view, &found, words, size);
		else
			one_call_words(view, &found, words, size);
	}
	explore_uses_free(files);
	return any;
}
