#!/bin/sh
# explore: memory from malloc is called by a pointer only as long as that leads
# there
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
. "$here/../explore/names.sh"

# steps_have REGEX...: each in some step, from JSON.
steps_have() {
	for regex; do
		expect "a step with $regex" \
			grep -Eq "\"what\": \"[a-z ]*$regex" "$out"
	done
}

# has_no REGEX: no line of the output matches.
has_no() {
	expect "no line with $1" sh -c '! grep -E "$1" "$2"' sh "$1" "$out"
}

# by_all NUMBER WHAT: a point for each compiler at two levels, which calls
# the function `check` with the options.
by_all() {
	for cc in gcc clang; do
		have "$cc" || continue
		for level in 0 2; do
			point "$1" "$2, by $cc -O$level"
			check --cc "$cc" -O "$level"
		done
	done
}

program once.c <<'END'
typedef struct { int size; int *slots; } cache_t;
static cache_t *instance;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static cache_t *get_cache(void)
{
	if (instance == NULL) {
		pthread_mutex_lock(&m);
		if (instance == NULL) {
			instance = malloc(sizeof *instance);
			instance->size = 16;
		}
		pthread_mutex_unlock(&m);
	}
	return instance;
}
static void *user(void *arg)
{
	cache_t *c = get_cache();
	assert(c->size == 16);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, user, NULL);
	pthread_create(&b, NULL, user, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	free(instance);
	return 0;
}
END
check() {
	run conc explore --json "$@" once.c
	expect_status 1
	names_are instance 'instance->size'
	steps_have 'instance = the block from line 13 \(was NULL\)' \
		'instance->size = not set'
	has_no 'cache->|= cache|c->size[^ ]'
}
by_all H7 'by the variable that leads to it, not by a tag'
sed 's/^typedef struct {/struct cache {/; s/ cache_t;/;/
	s/cache_t/struct cache/' once.c >tagged.c
run conc explore --json tagged.c
names_are instance 'instance->size'
has_no 'cache->|= cache'

program told.c <<'END'
struct config { int port; int limit; };
static struct config *current;
static void *load(void *arg)
{
	struct config *c = malloc(sizeof *c);
	c->port = 80;
	__atomic_store_n(&current, c, __ATOMIC_RELAXED);
	return arg;
}
static void *serve(void *arg)
{
	struct config *got = __atomic_load_n(&current, __ATOMIC_RELAXED);
	if (got)
		assert(got->port == 80);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, load, NULL);
	pthread_create(&b, NULL, serve, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	free(current);
	return 0;
}
END
check() {
	run conc explore --json "$@" told.c
	expect_status 1
	names_are 'c->port'
	steps_have 'c->port = 80 \(was not set\)' 'c->port = 80"' \
		'current = c \(was NULL\)'
}
by_all H8 'by the one that malloc gave it to, before another leads there'

program taken.c <<'END'
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static char *msg;
static void *replace(void *arg)
{
	pthread_mutex_lock(&m);
	free(msg);
	msg = NULL;
	pthread_mutex_unlock(&m);
	return arg;
}
static char *get(void)
{
	pthread_mutex_lock(&m);
	char *p = msg;
	pthread_mutex_unlock(&m);
	return p;
}
int main(void)
{
	pthread_t t;
	msg = malloc(4);
	msg[0] = 'x';
	pthread_create(&t, NULL, replace, NULL);
	char *p = get();
	if (p && *p != 'x')
		abort();
	pthread_join(t, NULL);
	return 0;
}
END
check() {
	run conc explore --json "$@" taken.c
	expect_status 1
	steps_have "byte 0 of the block from line 25 = 'x'" \
		'the block from line 25"' 'msg = the block from line 25"'
	has_no 'msg\[|what msg|frees msg'
}
by_all H9 'not by a variable that leads there no more'
run conc explore taken.c
expect_out '^bad memory access: uses byte 0 of the block from line 25, which T1'
expect_out '^  data race on the block from line 25: main reads it at '
expect_out '^Think: T1 frees the block from line 25 at taken.c:10 while main '
run conc explore --html taken.html taken.c
expect 'the page says so, too' grep -q 'byte 0 of the block from line 25' \
	taken.html
expect 'and nothing else' sh -c '! grep -q "msg\[" taken.html'

point H10 'nor by one that the steps show to lead elsewhere in between'
program swapped.c <<'END'
struct state { int value; };
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static struct state first, *now;
static struct state *make(void)
{
	return calloc(1, sizeof(struct state));
}
static void *swap(void *arg)
{
	pthread_mutex_lock(&m);
	now = &first;
	pthread_mutex_unlock(&m);
	return arg;
}
static void *count(void *arg)
{
	pthread_mutex_lock(&m);
	struct state *s = now;
	pthread_mutex_unlock(&m);
	s->value++;
	return arg;
}
int main(void)
{
	pthread_t a, b;
	now = make();
	struct state *mine = now;
	pthread_create(&a, NULL, swap, NULL);
	pthread_create(&b, NULL, count, NULL);
	pthread_join(a, NULL);
	mine->value++;
	pthread_join(b, NULL);
	return 0;
}
END
run conc explore --json swapped.c
expect_status 1
names_are 'value of the block from line 10'
has_no 'now->value'

program moved.c <<'END'
static int one, two, *now;
static void make(void)
{
	now = calloc(1, sizeof *now);
}
static void *work(void *arg)
{
	int *mine = arg;
	now = &two;
	(*mine)++;
	return arg;
}
int main(void)
{
	pthread_t a;
	make();
	int *k = now;
	now = &one;
	pthread_create(&a, NULL, work, k);
	(*k)++;
	pthread_join(a, NULL);
	assert(now && *k == 1);
	return 0;
}
END
run conc explore --json moved.c
expect_status 1
names_are 'the block from line 8'
has_no '\*now'

point H11 'nor by a local one that is given something else'
program walked.c <<'END'
struct job { int n; };
static void *work(void *arg)
{
	struct job *job = arg;
	job->n++;
	return arg;
}
int main(void)
{
	pthread_t a;
	struct job *j = malloc(sizeof *j), other = {0};
	struct job *k = j;
	j->n = 0;
	j = &other;
	j->n = 1;
	pthread_create(&a, NULL, work, k);
	k->n++;
	pthread_join(a, NULL);
	return j->n - 1 + k->n * 0;
}
END
run conc explore --json walked.c
expect_status 1
has_no ' j->n'
names_are 'n of the block from line 15'

point H12 'nor in play, before the step is made'
{
	yes 0 | head -n 2
	yes 1 | head -n 5
} >typed
run sh -c 'conc play taken.c <typed'
expect_out '^  0  main  reads msg\[0\] '
expect_out '^  1  T1    frees msg '
expect_out '^ +9  T1    writes msg = NULL .was the block from line 25.'
expect_out '^  0  main  reads byte 0 of the block from line 25 '

point H13 'nor is a member that has its name, or the address of one, a change'
program queue.c <<'END'
typedef struct { int len; pthread_mutex_t lock; } queue_t;
static queue_t *make(void)
{
	queue_t *new = calloc(1, sizeof(*new));
	pthread_mutex_init(&new->lock, NULL);
	return new;
}
static void push(queue_t *q)
{
	pthread_mutex_lock(&q->lock);
	q->len++;
	pthread_mutex_unlock(&q->lock);
}
static int size(queue_t *queue) { return queue->len; }
static void *produce(void *arg)
{
	push(arg);
	return arg;
}
int main(void)
{
	pthread_t a;
	queue_t *jobs = make();
	pthread_create(&a, NULL, produce, jobs);
	int n = size(jobs);
	pthread_join(a, NULL);
	free(jobs);
	return n < 0;
}
END
run conc explore --json queue.c
expect_status 1
names_are 'new->len'
program sum.c <<'END'
struct task { int id; int *total; };
static void *work(void *p)
{
	struct task *a = p;
	*a->total += a->id;
	free(a);
	return NULL;
}
int main(void)
{
	pthread_t t[2];
	int *total = malloc(sizeof(int));
	*total = 0;
	for (int i = 0; i < 2; i++) {
		struct task *a = malloc(sizeof *a);
		a->id = i + 1;
		a->total = total;
		pthread_create(&t[i], NULL, work, a);
	}
	pthread_join(t[0], NULL);
	pthread_join(t[1], NULL);
	assert(*total == 3);
	free(total);
	return 0;
}
END
run conc explore --json sum.c
expect_status 1
names_are '*total'

point H14 'of several, it is said where each is from'
program reload.c <<'END'
struct config { int port; };
static struct config *current;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static void *reload(void *arg)
{
	struct config *c = malloc(sizeof *c);
	c->port = 81;
	pthread_mutex_lock(&m);
	struct config *old = current;
	current = c;
	pthread_mutex_unlock(&m);
	free(old);
	return arg;
}
static void *serve(void *arg)
{
	pthread_mutex_lock(&m);
	struct config *c = current;
	pthread_mutex_unlock(&m);
	assert(c->port >= 80);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	current = malloc(sizeof *current);
	current->port = 80;
	pthread_create(&a, NULL, reload, NULL);
	pthread_create(&b, NULL, serve, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	free(current);
	return 0;
}
END
run conc explore reload.c
expect_status 1
expect_out '^bad memory access: uses config#1->port, which T1 freed, in T2'
expect_out '^  config#1 and config#2: allocated at re.*:30 and reload.c:10'

finish
