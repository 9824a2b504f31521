/* The desk from outside: who stands still, who is dead, whose turn it is. */
#include "lib/explore/processes_impl.h"

#include "lib/clock.h"
#include "lib/proc.h"

#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	TICK_MS = 100,
};

/* Since the last call, of a process that gets no processor; and of others. */
static const uint64_t hang_ns = UINT64_C(10) * 1000 * 1000 * 1000;
static const uint64_t look_ns = UINT64_C(2) * 1000 * 1000 * 1000;

/* What is used of a process's line in /proc. */
struct stat_line {
	char state;
	int parent;
	unsigned long user, system; /* ticks of processor time */
};

static struct desk_place *place_at(struct processes *p, uint32_t i)
{
	return &p->desk->places[i];
}

/* The desk is the program's, too: nothing there is believed. */
uint32_t processes_nplaces(const struct processes *p)
{
	uint32_t n = atomic_load(&p->desk->nplaces);

	return n < DESK_PLACES ? n : DESK_PLACES;
}

void processes_call(
	const struct processes *p, uint32_t i, char text[WIRE_TEXT_SIZE])
{
	memcpy(text, p->desk->places[i].call, WIRE_TEXT_SIZE - 1);
	text[WIRE_TEXT_SIZE - 1] = '\0';
}

bool processes_failed(const struct processes *p)
{
	return p->wire->failure != 0;
}

/* The first of an execution counts; all others may follow from it. */
void processes_fail(struct processes *p, enum finding_kind kind, int place,
	const char *text)
{
	struct wire *wire = p->wire;
	struct finding *finding = &wire->findings[0];

	if (wire->failure)
		return;
	*finding = (struct finding){
		.kind = (uint8_t)kind,
		.execution = wire->progress.executions + 1,
		.first.thread = WIRE_NOBODY,
		.second.thread = WIRE_NOBODY,
	};
	if (place >= 0) {
		finding->first.thread = (uint16_t)place;
		finding->first.pc = place_at(p, (uint32_t)place)->pc;
	}
	snprintf(finding->text, sizeof(finding->text), "%s", text);
	wire->nfindings = 1;
	wire->failure = 1;
}

/*
 * A loop makes the same calls over and over: their texts stand there once. What
 * there is no room for leaves what was said before.
 */
void processes_put_text(struct wire *wire, struct op *op, const char *text)
{
	size_t n = strlen(text);
	const char *there = memmem(wire->output, wire->output_size, text, n);

	if (!there && n <= WIRE_MAX_OUTPUT - wire->output_size) {
		there = memcpy(wire->output + wire->output_size, text, n);
		wire->output_size += (uint32_t)n;
	}
	if (!there)
		return;
	op->object = (uint64_t)(there - wire->output);
	op->size = (uint16_t)n;
}

void processes_put_descriptor(
	struct wire *wire, struct op *op, const struct descriptor *descriptor)
{
	char path[DESCRIPTOR_PATH_SIZE];
	struct op text = {0};

	if (descriptor->kind >= DESCRIPTOR_NKINDS)
		return;
	op->order = descriptor->kind;
	op->second = descriptor->at;
	op->second_size = descriptor->below;
	if (descriptor->kind != DESCRIPTOR_FILE)
		return;
	memcpy(path, descriptor->file, sizeof(path));
	path[sizeof(path) - 1] = '\0';
	processes_put_text(wire, &text, path);
	op->second = text.object;
	op->second_size = text.size;
}

static struct event *add_event(
	struct processes *p, uint32_t place, uint64_t pc, const char *text)
{
	struct wire *wire = p->wire;
	struct event *event;

	if (wire->nevents == WIRE_MAX_EVENTS)
		return NULL;
	event = &wire->events[wire->nevents++];
	*event = (struct event){
		.op = {.kind = OP_CALL, .pc = pc},
		.choice = wire->nchoices,
		.thread = (uint16_t)place,
		.other = WIRE_NOBODY,
	};
	processes_put_text(wire, &event->op, text);
	processes_put_descriptor(
		wire, &event->op, &place_at(p, place)->descriptor);
	return event;
}

/* What a call has come to is known when its process stops again. */
static void settle_event(struct processes *p, uint32_t i)
{
	struct desk_place *place = place_at(p, i);
	struct event *event;
	char text[WIRE_TEXT_SIZE + 80], came[sizeof(place->came) + 1];

	if (!p->pending[i] || !place->has_result)
		return;
	event = &p->wire->events[p->pending[i] - 1];
	p->pending[i] = 0;
	place->has_result = false;
	event->result = place->result;
	if (!event->op.size || (place->result >= 0 && !place->came[0]))
		return;
	snprintf(came, sizeof(came), "%.*s", (int)sizeof(place->came),
		place->came);
	snprintf(text, sizeof(text), "%.*s: %s", (int)event->op.size,
		p->wire->output + event->op.object,
		place->result < 0 ? strerror(place->error) : came);
	processes_put_text(p->wire, &event->op, text);
}

static void fail_of_status(struct processes *p, uint32_t i)
{
	int code = place_at(p, i)->exit_code;
	char text[80];

	snprintf(text, sizeof(text), "a process ended with exit status %d%s",
		code, i ? ", and nobody asked for it" : "");
	if (code)
		processes_fail(p, FOUND_EXIT_CODE, (int)i, text);
}

/* In place of what its call would have come to. */
static void say_what_it_died_of(struct desk_place *place)
{
	place->has_result = true;
	place->result = 0;
	snprintf(place->came, sizeof(place->came), "dies of the signal");
}

static void note_death(struct processes *p, uint32_t i)
{
	struct desk_place *place = place_at(p, i);

	place->state = DESK_DEAD;
	if (place->signalled && !place->exits)
		say_what_it_died_of(place);
	settle_event(p, i);
	close(p->deaths[i]);
	p->deaths[i] = -1;
	if (place->killed || (place->signalled && !place->exits))
		return;
	if (!place->exits)
		processes_fail(p, FOUND_SIGNAL, (int)i,
			"a process died of a signal that none of them sent");
	else if (i == 0)
		fail_of_status(p, i);
}

void processes_check_statuses(struct processes *p)
{
	for (uint32_t i = 0; i < processes_nplaces(p); i++) {
		if (place_at(p, i)->exits && !place_at(p, i)->killed &&
			!place_at(p, i)->noticed)
			fail_of_status(p, i);
	}
}

/* From /proc/PID/stat; false when there is no such process. */
static bool get_stat(int pid, struct stat_line *stat)
{
	char path[40], line[600] = "";
	const char *after;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	in = fopen(path, "re");
	if (!in)
		return false;
	if (!fgets(line, sizeof(line), in))
		line[0] = '\0';
	fclose(in);
	after = strrchr(line, ')'); /* "PID (NAME) STATE PARENT ..." */
	return after && sscanf(after,
				") %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
				"%lu %lu",
				&stat->state, &stat->parent, &stat->user,
				&stat->system) == 4;
}

/* Any number can be written at the desk: that of init, or of an editor. */
static bool descends_from_us(int pid)
{
	struct stat_line stat = {.parent = pid};
	int us = getpid();

	while (stat.parent > 0 && stat.parent != us) {
		if (!get_stat(stat.parent, &stat))
			return false;
	}
	return stat.parent == us && pid != us;
}

/* Looked at once it is held: the number is then nobody else's. */
static int hold_process(int pid)
{
	int held = (int)syscall(SYS_pidfd_open, pid, 0);

	if (held >= 0 && !descends_from_us(pid)) {
		close(held);
		return DESK_NOBODY;
	}
	return held;
}

/* A process that has found its place has a number that can be watched. */
void processes_note_places(struct processes *p)
{
	for (uint32_t i = 0; i < processes_nplaces(p); i++) {
		int pid = place_at(p, i)->pid;

		if (p->deaths[i] == DESK_NOBODY && pid > 0 &&
			place_at(p, i)->state != DESK_DEAD)
			p->deaths[i] = hold_process(pid);
	}
}

static bool all_stand(struct processes *p)
{
	for (uint32_t i = 0; i < processes_nplaces(p); i++) {
		if (place_at(p, i)->state == DESK_RUNNING)
			return false;
	}
	return true;
}

static void see_deaths(struct processes *p, int timeout)
{
	struct pollfd ends[DESK_PLACES + 1];
	char bytes[256];

	ends[DESK_PLACES] = (struct pollfd){.fd = p->bell, .events = POLLIN};
	for (int i = 0; i < DESK_PLACES; i++)
		ends[i] = (struct pollfd){.fd = p->deaths[i], .events = POLLIN};
	if (poll(ends, DESK_PLACES + 1, timeout) <= 0)
		return;
	if (ends[DESK_PLACES].revents)
		(void)!read(p->bell, bytes, sizeof(bytes));
	for (uint32_t i = 0; i < DESK_PLACES; i++) {
		if (ends[i].revents)
			note_death(p, i);
	}
}

static uint32_t who_runs(struct processes *p)
{
	uint32_t i = 0;

	while (place_at(p, i)->state != DESK_RUNNING)
		i++;
	return i;
}

static bool is_asleep_or_busy(int pid, uint64_t busy_ns)
{
	struct stat_line stat;

	if (!get_stat(pid, &stat))
		return false;
	return stat.state == 'S' ||
	       (stat.user + stat.system) * CLOCK_NS_PER_S /
			       (unsigned long)sysconf(_SC_CLK_TCK) >=
		       busy_ns;
}

/* It would have come to a call by now, had it been going to. */
static bool is_hung(struct processes *p, uint64_t waited_ns)
{
	if (waited_ns < look_ns)
		return false;
	return waited_ns > hang_ns ||
	       is_asleep_or_busy(place_at(p, who_runs(p))->pid, look_ns);
}

static void see_whether_it_gave_up(struct processes *p, uint32_t i)
{
	uint8_t found = place_at(p, i)->found;
	char call[WIRE_TEXT_SIZE];

	if (!found || found >= FOUND_NKINDS ||
		place_at(p, i)->state == DESK_DEAD)
		return;
	processes_call(p, i, call);
	processes_fail(p, (enum finding_kind)found, (int)i, call);
}

int processes_settle(struct processes *p)
{
	uint64_t start = clock_now();

	for (;;) {
		processes_note_places(p);
		see_deaths(p, 0);
		if (all_stand(p))
			break;
		see_deaths(p, TICK_MS);
		if (p->options.tick && p->options.tick(p->options.context))
			return SESSION_STOPPED;
		if (!all_stand(p) && is_hung(p, clock_now() - start)) {
			processes_fail(p, FOUND_HANG, (int)who_runs(p),
				"runs on and on, or waits where it cannot be "
				"seen");
			break;
		}
	}
	for (uint32_t i = 0; i < processes_nplaces(p); i++) {
		settle_event(p, i);
		see_whether_it_gave_up(p, i);
	}
	return 0;
}

static void order(struct desk_place *place, enum desk_order what)
{
	atomic_store(&place->state, DESK_RUNNING);
	atomic_store(&place->order, (uint32_t)what);
	syscall(SYS_futex, &place->order, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* What a process waits for may have come by what another did. */
void processes_look(struct processes *p)
{
	bool any = false;

	for (uint32_t i = 0; i < processes_nplaces(p); i++) {
		if (place_at(p, i)->state == DESK_STOPPED &&
			place_at(p, i)->waits) {
			order(place_at(p, i), DESK_LOOK);
			any = true;
		}
	}
	if (any)
		processes_settle(p);
}

static void send_kill(int held)
{
	syscall(SYS_pidfd_send_signal, held, SIGKILL, NULL, 0);
}

static void kill_process(struct processes *p, uint32_t i)
{
	struct desk_place *place = place_at(p, i);
	struct pollfd death = {.fd = p->deaths[i], .events = POLLIN};

	place->killed = true;
	send_kill(p->deaths[i]);
	while (p->deaths[i] >= 0 && poll(&death, 1, -1) < 0 && errno == EINTR)
		;
	note_death(p, i);
}

void processes_go(struct processes *p, const struct option *option)
{
	struct desk_place *place = place_at(p, option->place);
	char text[WIRE_TEXT_SIZE + 32], call[WIRE_TEXT_SIZE];

	processes_call(p, option->place, call);
	if (option->kill) {
		snprintf(text, sizeof(text), "is killed (kill -9) before %s",
			call);
		add_event(p, option->place, place->pc, text);
		kill_process(p, option->place);
		return;
	}
	add_event(p, option->place, place->pc, call);
	p->pending[option->place] = p->wire->nevents;
	order(place, DESK_GO);
}

void processes_stay(struct processes *p)
{
	char text[WIRE_TEXT_SIZE + 32], call[WIRE_TEXT_SIZE];

	for (uint32_t i = 0; i < processes_nplaces(p); i++) {
		const struct desk_place *place = place_at(p, i);
		struct event *event;

		if (place->state != DESK_STOPPED)
			continue;
		processes_call(p, i, call);
		snprintf(text, sizeof(text), "has to wait in %s", call);
		event = add_event(p, i, place->pc, text);
		if (event)
			event->flags = EVENT_BLOCKED | EVENT_STUCK;
	}
}

/* Ours and theirs: whoever lost its parent came to us. */
void processes_end_all(struct processes *p)
{
	for (uint32_t i = 0; i < DESK_PLACES; i++) {
		if (p->deaths[i] >= 0) {
			send_kill(p->deaths[i]);
			close(p->deaths[i]);
		}
		p->deaths[i] = DESK_NOBODY;
	}
	if (p->root > 0)
		kill(-p->root, SIGKILL);
	do
		proc_kill_children();
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR);
}
