// oneTBB's task_group. peer: tbb libtbb-dev
//
// Its parallelism counts the thread that waits, which helps.
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_group.h>

#include "tests/bench/peers/pool.h"

static tbb::global_control *control;
static tbb::task_group *group;

static void peer_open(int nworkers)
{
	control = new tbb::global_control(
		tbb::global_control::max_allowed_parallelism, nworkers);
	group = new tbb::task_group;
}

static void peer_post(void (*fn)(void))
{
	group->run(fn);
}

static void peer_trip(void (*fn)(void))
{
	group->run(fn);
	group->wait();
}

static void peer_close(void)
{
	group->wait();
	delete group;
	delete control;
}
