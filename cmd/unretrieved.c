#include "cmd/unretrieved.h"

#include "cmd/msg.h"
#include "lib/failure.h"
#include "lib/pool.h"

#include <inttypes.h>

struct count {
	uint64_t ntold;
};

static void tell(const struct failure *failure, void *arg)
{
	struct count *count = arg;
	char text[200];

	msg_warning("unretrieved failure: %s",
		failure_format(failure, text, sizeof(text)));
	count->ntold++;
}

void unretrieved_report(void)
{
	struct count count = {0};
	uint64_t n;

	pool_shutdown_all(); /* a job may fail yet */
	n = failure_take_unretrieved(tell, &count);
	if (n > count.ntold)
		msg_warning("and %" PRIu64 " more unretrieved failures",
			n - count.ntold);
}
