/*
 * Every model against every work, and against the promises of its flags. A
 * new model or work is tested here without another line.
 */
#include "tests/board.h"
#include "tests/suite.h"

static void check_work(
	const struct model *model, const struct work *work, unsigned width)
{
	struct model_result result, expected;
	struct job job;

	ck_assert_int_eq(job_open(&job, work, work->sample_size, width), 0);
	ck_assert_int_eq(run(models[0], &job, 1, &expected), 0);
	if (work->flags & WORK_SHARES && model->flags & MODEL_ISOLATED) {
		ck_assert_int_eq(run(model, &job, width, &result), -ENOTSUP);
		job_close(&job);
		return;
	}
	ck_assert_int_eq(run(model, &job, width, &result), 0);
	ck_assert_msg(tally_checksum(&result.total) ==
			      tally_checksum(&expected.total),
		"%s %s: another answer than seq", model->name, work->name);
	ck_assert_uint_eq(result.items_done, job.nitems);
	ck_assert(!result.stopped);
	if (work->right)
		ck_assert(work->right(&job, &result.total));
	job_close(&job);
}

START_TEST(every_model_agrees_on_every_work)
{
	for (int m = 0; models[m]; m++) {
		for (int w = 0; works[w]; w++) {
			check_work(models[m], works[w], 1);
			check_work(models[m], works[w], 2);
			check_work(models[m], works[w], 7);
		}
	}
}
END_TEST

START_TEST(every_schedule_gives_the_same_answer)
{
	for (int m = 0; models[m]; m++) {
		for (int s = SCHEDULE_DYNAMIC; s <= SCHEDULE_QUEUE; s++) {
			struct model_params params = {
				.width = WIDTH, .schedule = s};
			struct model_result result;
			struct job job;

			open_board(&job, NITEMS);
			ck_assert_int_eq(
				model_run(models[m], &job, &params, &result),
				0);
			ck_assert_uint_eq(result.total.word[0], NITEMS);
			ck_assert_uint_eq(result.total.word[1],
				NITEMS * (NITEMS - 1) / 2);
		}
	}
}
END_TEST

/* R9: more workers than items. */
START_TEST(more_workers_than_items)
{
	for (int m = 0; models[m]; m++) {
		struct model_result result;
		struct job job;

		open_board(&job, 2);
		ck_assert_int_eq(run(models[m], &job, 16, &result), 0);
		ck_assert_uint_eq(result.total.word[0], 2);
	}
}
END_TEST

START_TEST(parallel_models_have_width_items_in_flight)
{
	for (int m = 0; models[m]; m++) {
		struct model_result result;
		struct board *board;
		struct job job;

		if (!(models[m]->flags & MODEL_PARALLEL))
			continue;
		board = open_board(&job, WIDTH);
		board->meet = WIDTH;
		ck_assert_int_eq(run(models[m], &job, WIDTH, &result), 0);
		ck_assert_msg(atomic_load(&board->most_inside) == WIDTH,
			"%s: %d of %d at once", models[m]->name,
			atomic_load(&board->most_inside), WIDTH);
	}
}
END_TEST

/*
 * The same work in `threads` shows that the count can see two at once, sooner
 * or later: nothing makes them overlap, on a busy processor or in valgrind.
 */
START_TEST(gil_never_lets_two_compute_at_once)
{
	struct model_result result;
	struct board *board;
	struct job job;

	ck_assert_int_eq(job_open(&job, &computing_work, 9, WIDTH), 0);
	board = job.plan;
	ck_assert_int_eq(run(model_find("gil"), &job, WIDTH, &result), 0);
	ck_assert_int_eq(atomic_load(&board->most_inside), 1);
	ck_assert_uint_gt(result.handovers, 0);
	while (atomic_load(&board->most_inside) < 2)
		ck_assert_int_eq(
			run(model_find("threads"), &job, WIDTH, &result), 0);
}
END_TEST

struct tick_state {
	int ncalls, stop_at;
	uint64_t last;
};

static int stop_at_tick(void *context, uint64_t items_done)
{
	struct tick_state *state = context;

	ck_assert_uint_ge(items_done, state->last);
	state->last = items_done;
	return ++state->ncalls >= state->stop_at;
}

/* Naps of some seconds in sum, stopped at the first tick. */
static void stop_at_first_tick(
	const struct model *model, enum model_schedule schedule)
{
	struct tick_state state = {.stop_at = 1};
	struct model_params params = {
		.width = 2,
		.schedule = schedule,
		.tick = stop_at_tick,
		.context = &state,
	};
	struct model_result result;
	struct job job;

	job_open(&job, work_find("sleepers"), 100000, 2);
	ck_assert_int_eq(model_run(model, &job, &params, &result), 0);
	ck_assert_msg(result.stopped, "%s", model->name);
	ck_assert_uint_lt(result.items_done, 100000);
	ck_assert_int_eq(state.ncalls, 1);
	job_close(&job);
	assert_no_children();
}

START_TEST(a_tick_stops_every_model)
{
	for (int m = 0; models[m]; m++) {
		stop_at_first_tick(models[m], SCHEDULE_DYNAMIC);
		if (models[m]->schedules)
			stop_at_first_tick(models[m], SCHEDULE_QUEUE);
	}
}
END_TEST

START_TEST(waits_overlap_where_promised)
{
	for (int m = 0; models[m]; m++) {
		struct model_result result;
		struct board *board;
		struct job job;

		if (models[m]->flags & MODEL_PARALLEL ||
			!(models[m]->flags & MODEL_OVERLAPS_WAITS))
			continue;
		board = open_board(&job, WIDTH);
		board->meet = WIDTH;
		ck_assert_int_eq(run(models[m], &job, WIDTH, &result), 0);
		ck_assert_int_eq(atomic_load(&board->most_inside), WIDTH);
	}
}
END_TEST

int main(void)
{
	return suite_run("models", 300,
		(const TTest *const[]){
			every_model_agrees_on_every_work,
			every_schedule_gives_the_same_answer,
			more_workers_than_items,
			parallel_models_have_width_items_in_flight,
			gil_never_lets_two_compute_at_once,
			a_tick_stops_every_model,
			waits_overlap_where_promised,
			NULL,
		});
}
