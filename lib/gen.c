#include "lib/gen.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/must.h"

static void body(void *arg)
{
	struct gen *gen = arg;

	gen->status = gen->fn(gen, gen->arg);
}

int gen_create(struct stack_pool *pool, const char *name, gen_fn fn, void *arg,
	struct gen **result)
{
	struct gen *gen = calloc(1, sizeof(*gen));
	int status;

	if (!gen)
		return -ENOMEM;
	gen->name = name;
	gen->fn = fn;
	gen->arg = arg;
	status = coro_create(pool, name, body, gen, &gen->coro);
	if (status < 0) {
		free(gen);
		return status;
	}
	*result = gen;
	return 0;
}

static struct gen *innermost(struct gen *gen)
{
	while (gen->inner)
		gen = gen->inner;
	return gen;
}

static bool is_executing(const struct gen *gen)
{
	return gen->coro && coro_state(gen->coro) == CORO_RUNNING;
}

enum coro_state gen_state(const struct gen *gen)
{
	const struct gen *last = innermost((struct gen *)gen);

	if (!gen->coro)
		return CORO_DONE;
	return is_executing(last) ? CORO_RUNNING : coro_state(gen->coro);
}

/* What the body finds when it is resumed: a value … */
static void hand_in(struct gen *gen, void *value)
{
	gen->value = value;
	gen->thrown.code = 0;
}

/* … or a failure. */
static void throw_in(struct gen *gen, const struct failure *failure)
{
	gen->value = NULL;
	gen->thrown = *failure;
}

static void throw_exit_in(struct gen *gen)
{
	struct failure failure;

	failure_set(&failure, GEN_EXIT, gen->name, "closed");
	throw_in(gen, &failure);
}

/* Returns GEN_STOP, or the code of the failure that comes out. */
static int finish(struct gen *gen, int status)
{
	if (gen->coro)
		coro_destroy(gen->coro);
	gen->coro = NULL;
	if (status == 0)
		return GEN_STOP;
	if (status == GEN_STOP)
		failure_set(&gen->failure, -EPROTO, gen->name,
			"raised a stop instead of returning");
	else if (status == gen->thrown.code)
		gen->failure = gen->thrown;
	else
		failure_set(&gen->failure, status, gen->name, "%s", "");
	return gen->failure.code;
}

/* Returns 0 when it yielded or delegated, else how it finished. */
static int resume(struct gen *gen)
{
	if (!gen->coro)
		gen->value = NULL;
	if (!gen->coro || (!gen->started && gen->thrown.code))
		return finish(gen, gen->thrown.code);
	gen->started = true;
	return coro_resume(gen->coro) ? 0 : finish(gen, gen->status);
}

/* Remember the way down, which another chain may share from some point on. */
static struct gen *go_down(struct gen *gen)
{
	for (; gen->inner; gen = gen->inner)
		gen->inner->outer = gen;
	return gen;
}

/* How it finished is what the one above was waiting for. */
static struct gen *go_up(struct gen *gen, int status, bool closing)
{
	struct gen *outer = gen->outer;

	outer->inner = NULL;
	if (status != GEN_STOP)
		throw_in(outer, &gen->failure);
	else if (closing)
		throw_exit_in(outer);
	else
		hand_in(outer, gen->value);
	return outer;
}

/* One that was told to exit may do so or finish otherwise, but not go on. */
static int judge_exit(struct gen *gen, int status)
{
	if (status == GEN_EXIT)
		return GEN_STOP;
	if (status == 0) {
		failure_set(&gen->failure, -EPROTO, gen->name,
			"yielded instead of ending when closed");
		return -EPROTO;
	}
	return status;
}

/*
 * gen was resumed, with that status: resume whoever that leads to, until root
 * has something to tell its caller. This loop is what keeps a chain of any
 * length from nesting. A chain is closed from the inside, one after the other;
 * closing is the one whose turn it is.
 */
static int carry_on(
	struct gen *root, struct gen *gen, struct gen *closing, int status)
{
	for (;; status = resume(gen)) {
		bool closes;

		if (status == 0 && gen->inner) {
			gen = go_down(gen);
			hand_in(gen, NULL);
			continue;
		}
		if (closing && (status == 0 || gen == closing)) {
			gen = closing;
			status = judge_exit(gen, status);
		}
		if (status == 0 || gen == root) {
			root->value = gen->value;
			return status;
		}
		closes = gen == closing;
		gen = go_up(gen, status, closes);
		if (closes)
			closing = gen;
	}
}

static int drive(struct gen *root, bool close)
{
	struct gen *last = go_down(root);

	return carry_on(root, last, close ? last : NULL, resume(last));
}

static int tell(struct gen *gen, int status, void **value)
{
	if (value && (status == 0 || status == GEN_STOP))
		*value = gen->value;
	return status;
}

static int refuse(struct gen *gen, int code, const char *why)
{
	failure_set(&gen->failure, code, gen->name, "%s", why);
	return code;
}

static int refuse_executing(struct gen *gen)
{
	return refuse(gen, -EBUSY, "generator already executing");
}

int gen_send_any(struct gen *gen, void *sent, void **value)
{
	struct gen *last = innermost(gen);

	if (is_executing(last))
		return refuse_executing(gen);
	if (sent && gen->coro && !gen->started)
		return refuse(gen, -EINVAL,
			"can't send a value before the first yield");
	hand_in(last, sent);
	return tell(gen, drive(gen, false), value);
}

int gen_carry_on(struct gen *gen, bool yielded, void **value)
{
	int status = yielded ? 0 : finish(gen, gen->status);

	return tell(gen, carry_on(gen, gen, NULL, status), value);
}

int gen_throw(struct gen *gen, const struct failure *failure, void **value)
{
	struct gen *last = innermost(gen);

	must(failure->code != 0);
	if (is_executing(last))
		return refuse_executing(gen);
	throw_in(last, failure);
	return tell(gen, drive(gen, false), value);
}

int gen_close(struct gen *gen, void **value)
{
	struct gen *last = innermost(gen);
	int status;

	if (is_executing(last))
		return refuse_executing(gen);
	throw_exit_in(last);
	status = tell(gen, drive(gen, true), value);
	return status == GEN_STOP ? 0 : status;
}

void gen_destroy(struct gen *gen)
{
	must(!is_executing(innermost(gen)));
	if (gen->coro && gen_close(gen, NULL))
		failure_unretrieved(&gen->failure);
	if (gen->coro)
		coro_destroy(gen->coro);
	free(gen);
}

const struct failure *gen_failure(const struct gen *gen)
{
	return &gen->failure;
}

const struct failure *gen_thrown(const struct gen *self)
{
	return &self->thrown;
}

int gen_yield_from(struct gen *self, struct gen *inner, void **result)
{
	void *handed;

	if (is_executing(innermost(inner)))
		return gen_fail(
			self, -EBUSY, "%s is already executing", inner->name);
	self->inner = inner;
	handed = gen_wait(self);
	if (result && self->thrown.code == 0)
		*result = handed;
	return self->thrown.code;
}

int gen_yield_each(struct gen *self, gen_next_fn next, void *state)
{
	void *value, *sent;
	int status;

	while ((status = next(state, &value)) == 0) {
		status = gen_yield(self, value, &sent);
		if (status)
			return status;
		if (sent)
			return gen_fail(self, -ENOTSUP,
				"sent a value that nobody takes");
	}
	return status == GEN_STOP ? 0 : status;
}

int gen_return(struct gen *self, void *value)
{
	self->value = value;
	return 0;
}

int gen_fail(struct gen *self, int code, const char *format, ...)
{
	char text[sizeof(self->thrown.text)];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	failure_set(&self->thrown, code, self->name, "%s", text);
	return code;
}
