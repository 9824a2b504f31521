#!/bin/sh
# conc explore --locks: which lock guards which data
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
programs=$here/../explore/programs

point L6 'which lock guards which data, in the lines of the program'
run conc explore --locks "$programs/reader_unlocked.c"
expect_status 1
expect_out '^queue.len +reader_unlocked.c:17 +changes +lock +none$'
expect_out '^queue.len +reader_unlocked.c:32 +reads +none +none$'
expect_out "^queue.len: no lock is held at both reader_unlocked.c:17 .lock. "
expect_out '^  reader_unlocked.c:32 .none.$'
run conc explore --locks -DFIXED "$programs/reader_unlocked.c"
expect_status 0
expect_out '^queue.len +reader_unlocked.c:28 +reads +lock +lock$'
expect_out '^Each has a lock that was held at every access\.$'
have jq && {
	run conc explore --json --locks "$programs/reader_unlocked.c"
	expect 'the same rows' jq -e '.locks[0] | .variable == "queue.len" and
		.common == [] and (.gap | startswith("no lock is held")) and
		([.accesses[].holds] == [["lock"], ["lock"], []])' "$out"
	run conc explore --json "$programs/reader_unlocked.c"
	expect 'not unasked' jq -e 'has("locks") | not' "$out"
}

point L6 'one line is enough; what comes before and after is left out'
run conc explore --locks "$programs/lost_update.c"
expect_out '^counter: two threads come to lost_update.c:21, and no lock'
expect 'nothing else' sh -c "[ \$(grep -c lost_update.c:.*none '$out') = 1 ]"

point L6 'equal elements are one row; a block is named by its malloc'
cat >elements.c <<'END'
#include <pthread.h>
#include <stdlib.h>

struct account {
	pthread_mutex_t lock;
	long balance;
};

static struct account accounts[3];
static long *log_size;

static void *pay(void *unused)
{
	for (int i = 0; i < 3; i++) {
		pthread_mutex_lock(&accounts[i].lock);
		accounts[i].balance++;
		if (i == 2)
			(*log_size)++;
		pthread_mutex_unlock(&accounts[i].lock);
	}
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	log_size = calloc(1, sizeof(*log_size));
	for (int i = 0; i < 3; i++)
		pthread_mutex_init(&accounts[i].lock, NULL);
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, pay, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	free(log_size);
}
END
run conc explore --time 1s --locks elements.c
expect_status 0
expect_out '^accounts\[i\].balance .*:16 +changes +accounts\[i\].lock +acc'
expect 'one row' [ "$(grep -c '^accounts' "$out")" = 1 ]
expect_out '^\*log_size .*:18 +changes +accounts\[2\].lock '
sed 's/accounts\[i\].lock/accounts[0].lock/' elements.c >one_lock.c
run conc explore --time 1s --locks one_lock.c
expect_out '^accounts\[\*\].balance .*:16 +changes +accounts\[0\].lock '

point L6 'each node of a list has its own lock, which is not that of another'
cat >nodes.c <<'END'
#include <pthread.h>
#include <stdlib.h>
struct node {
	pthread_mutex_t lock;
	int value;
	struct node *next;
};
static struct node *head;
static struct node *make(int value, struct node *next)
{
	struct node *node = malloc(sizeof(*node));
	pthread_mutex_init(&node->lock, NULL);
	node->value = value;
	node->next = next;
	return node;
}
static void *walk(void *arg)
{
	struct node *at = head, *next;
	pthread_mutex_lock(&at->lock);
	at->next = make(1, at->next);
	while ((next = at->next)) {
#ifdef TOO_EARLY
		next->value++;
		pthread_mutex_lock(&next->lock);
#else
		pthread_mutex_lock(&next->lock);
		next->value++;
#endif
		pthread_mutex_unlock(&at->lock);
		at = next;
		at->value++;
	}
	pthread_mutex_unlock(&at->lock);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	head = make(0, NULL);
	pthread_create(&a, NULL, walk, NULL);
	pthread_create(&b, NULL, walk, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
run conc explore --time 1s --locks nodes.c
expect_status 0
expect_out '^node->value  nodes.c:28 .* another node->lock, node->lock  node->'
expect_out '^node->next +nodes.c:22 .* node->lock +node->lock$'
expect_out '^Each has a lock that was held at every access\.$'
run conc explore --time 1s --locks -DTOO_EARLY nodes.c
expect_out '^node->value  nodes.c:24 +changes  another node->lock +none$'
expect_out '^node->value  nodes.c:32 +changes  node->lock +none$'

point L6 'a program of processes has no such table'
run conc explore --locks --processes "$programs/lost_update.c"
expect_status 2
expect_hint

finish
