#!/bin/sh
# explore: memory from malloc has the names that the program's lines have
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
. "$here/../explore/names.sh"

program all.c <<'END'
struct point { int x, y; };
struct account { char owner[16]; long balance; pthread_mutex_t lock; };
struct node { int key; struct node *next; };
typedef struct {
	short id;
	struct { int many; struct point at; } in;
	int slots[4];
} box_t;
struct text { int length; char text[]; };
struct work {
	struct account *account, *accounts;
	struct node *first;
	box_t *box;
	int *count;
	long *table;
	struct text *text;
};
static struct work w;
static void deposit(struct account *account)
{
	account->balance++;
}
static void *run(void *arg)
{
	struct node *second = w.first->next;
	deposit(w.account);
	w.accounts[1].balance++;
	w.first->key++;
	second->key++;
	w.box->in.at.y++;
	w.box->slots[2]++;
	*w.count += 1;
	w.table[3]++;
	w.text->text[4]++;
	return arg;
}
int main(void)
{
	pthread_t a, b;
	w.account = calloc(1, sizeof(struct account));
	w.accounts = calloc(3, sizeof *w.accounts);
	struct node *second = calloc(1, sizeof *second);
	w.first = calloc(1, sizeof *w.first);
	w.first->next = second;
	w.box = calloc(1, sizeof(*w.box));
	w.count = calloc(1, sizeof(int));
	w.table = calloc(8, sizeof *w.table);
	w.text = calloc(1, sizeof *w.text + 12);
	pthread_create(&a, NULL, run, NULL);
	pthread_create(&b, NULL, run, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(w.table[3] < 0);
	return 0;
}
END

for cc in gcc clang; do
	have "$cc" || continue
	for level in 0 2; do
		point H1 "structs, arrays, lists, by $cc -O$level"
		run conc explore --json --cc "$cc" -O "$level" all.c
		expect_status 1
		names_are 'account->balance' 'w.accounts[1].balance' \
			'node#1->key' 'node#2->key' 'w.box->in.at.y' \
			'w.box->slots[2]' '*w.count' 'w.table[3]' \
			'w.text->text[4]'
	done
done

point H2 'from a function that allocates: the lines that use it tell'
program wrapped.c <<'END'
struct account { char owner[16]; long balance; pthread_mutex_t lock; };
struct log { char text[16]; long lines; pthread_mutex_t lock; };
static void *get(size_t size)
{
	void *memory = malloc(size);

	if (!memory)
		abort();
	memset(memory, 0, size);
	return memory;
}
static struct account *a;
static struct log *l;
static void *run(void *arg)
{
	a->balance++;
	l->lines += arg != NULL;
	return arg;
}
int main(void)
{
	pthread_t t, u;
	a = get(sizeof *a);
	l = get(sizeof *l);
	pthread_mutex_init(&a->lock, NULL);
	pthread_create(&t, NULL, run, a);
	pthread_create(&u, NULL, run, a);
	pthread_join(t, NULL);
	pthread_join(u, NULL);
	return 0;
}
END
run conc explore --json wrapped.c
names_are 'a->balance' 'l->lines'

point H3 'what could be two things has neither name'
program two.c <<'END'
struct red { int a, b; };
struct blue { int c, d; };
static void *get(size_t size) { return calloc(1, size); }
static struct red *r;
static struct blue *s;
static void *run(void *arg)
{
	r->b++, s->d = 0;
	return arg;
}
int main(void)
{
	pthread_t t, u;
	r = get(sizeof *r);
	s = (void *)r;
	pthread_create(&t, NULL, run, NULL);
	pthread_create(&u, NULL, run, NULL);
	pthread_join(t, NULL);
	pthread_join(u, NULL);
	return 0;
}
END
run conc explore --json two.c
names_are 'byte 4 of the 8 bytes allocated at two.c:7'

point H4 'nor what is behind a struct, nor in its holes'
program odd.c <<'END'
struct head { char kind; long size; };
static char *bytes;
static struct head *h;
static void *run(void *arg)
{
	bytes[3]++;
	bytes[20]++;
	return arg;
}
int main(void)
{
	pthread_t t, u;
	h = calloc(1, sizeof *h + 16);
	bytes = (char *)h;
	pthread_create(&t, NULL, run, NULL);
	pthread_create(&u, NULL, run, NULL);
	pthread_join(t, NULL);
	pthread_join(u, NULL);
	return 0;
}
END
run conc explore --json odd.c
names_are 'byte 3 of the 32 bytes allocated at odd.c:17' \
	'byte 20 of the 32 bytes allocated at odd.c:17'

sed 's/sizeof .h + 16/bytes_needed/
	s/^static char/static size_t bytes_needed = 32;\n&/' odd.c >bytes.c
run conc explore --json bytes.c
names_are 'byte 3 of the 32 bytes allocated at bytes.c:18' \
	'byte 20 of the 32 bytes allocated at bytes.c:18'

cat >past.c <<'END'
#include <stdlib.h>
int main(void) { char *b = malloc(8); b[8] = 1; free(b); return 0; }
END
run conc explore --plain past.c
expect_out '^Think: what malloc gave at past.c:2 is used from byte 8 on at past'

point H5 'a pointer to it is no number'
program list.c <<'END'
struct node { int key; struct node *next; };
static struct node *head;
static void *push(void *arg)
{
	struct node *node = calloc(1, sizeof *node);

	node->next = head;
	head = node;
	return arg;
}
int main(void)
{
	pthread_t t, u;
	pthread_create(&t, NULL, push, NULL);
	pthread_create(&u, NULL, push, NULL);
	pthread_join(t, NULL);
	pthread_join(u, NULL);
	assert(head->next);
	return 0;
}
END
run conc explore --plain list.c
expect_status 1
expect_out '^  node#1 and node#2: allocated at list.c:9 in this order$'
expect_out 'writes head = node#[12] .was NULL.'
expect_out 'writes head = node#[12] .was node#[12].'

point H6 'the same name in the steps, the thought, JSON and --locks'
program deposit.c <<'END'
struct account { long balance; pthread_mutex_t lock; };
static void deposit(struct account *a)
{
	pthread_mutex_lock(&a->lock);
	long balance = a->balance;
	pthread_mutex_unlock(&a->lock);
	pthread_mutex_lock(&a->lock);
	a->balance = balance + 1;
	pthread_mutex_unlock(&a->lock);
}
static void *run(void *arg)
{
	deposit(arg);
	return NULL;
}
int main(void)
{
	struct account *a = malloc(sizeof *a);
	pthread_t t, u;

	a->balance = 0;
	pthread_mutex_init(&a->lock, NULL);
	pthread_create(&t, NULL, run, a);
	pthread_create(&u, NULL, run, a);
	pthread_join(t, NULL);
	pthread_join(u, NULL);
	assert(a->balance == 2);
	free(a);
	return 0;
}
END
run conc explore --locks deposit.c
expect_status 1
expect_out '^ .*reads a->balance = 0'
expect_out '^ .* unlocks a->lock'
expect_out '^Think: .*a->lock.*'
expect_out '^a->balance +deposit.c:9 +reads +a->lock +a->lock'
expect 'no byte of anything' sh -c "! grep -q 'byte [0-9]' '$out'"
if have jq; then
	run conc explore --json deposit.c
	expect 'JSON' jq -e \
		'.steps | any(.what | contains("unlocks a->lock"))' "$out"
fi

point H7 'two calls of malloc in one line are one place'
program pair.c <<'END'
struct node { int key; struct node *next; };
static struct node *head;
static void *push(void *node)
{
	((struct node *)node)->next = head;
	head = node;
	return NULL;
}
static void start(pthread_t *t, pthread_t *u)
{
	struct node *n = calloc(1, sizeof *n), *m = calloc(1, sizeof *m);
	pthread_create(t, NULL, push, n);
	pthread_create(u, NULL, push, m);
}
int main(void)
{
	pthread_t t, u;
	start(&t, &u);
	pthread_join(t, NULL);
	pthread_join(u, NULL);
	assert(head->next);
	return 0;
}
END
run conc explore --plain pair.c
expect_status 1
expect_out '^  node#1 and node#2: allocated at pair.c:[0-9]+ in this order$'

finish
