/*
 * post - lib/loop_post.c as a model: the inbox of a loop, and its sleep
 *
 * Posters push calls on a stack by compare-and-swap, then look whether the
 * loop sleeps, and the first to see it writes to the eventfd. The loop takes
 * the whole stack at once and turns it round; before it sleeps it says so and
 * then looks into the inbox once more. At any moment it may be destroyed
 * instead, which closes the inbox. A signal handler that posts is a poster
 * that another one waits for: since nobody here waits, it needs no model.
 *
 * Shown for all orders of events: the loop never sleeps for ever while there
 * is a call for it; each call is run, dropped or refused, and only once; those
 * of one poster are run in the order of posting.
 *
 * Planted faults, each of which is found: -DFAULT=1 looks whether the loop
 * sleeps before it pushes, 2 looks into the inbox before it says that it will
 * sleep, 3 pushes by a load and a store, 4 does not turn the stack round, 5
 * closes the inbox by a load and a store.
 */
#define POSTERS 2
#define POSTS 2
#define CALLS (POSTERS * POSTS)
#define BOTTOM 254
#define CLOSED 255

#ifndef FAULT
#define FAULT 0
#endif

byte top = BOTTOM;
byte next[CALLS];
bool asleep;
byte event; /* the eventfd's counter */

bool accounted[CALLS];
byte expected[POSTERS]; /* which call of the poster is to run next */
byte nrun, ndropped, nrefused, nended;

inline account(c, counter) {
	assert(!accounted[c]);
	accounted[c] = true;
	counter++
}

inline push(c) {
	do
	:: old = top;
		if
		:: old == CLOSED -> accepted = false; break
		:: else -> next[c] = old
		fi;
#if FAULT == 3
		top = c;
		accepted = true;
		break
#else
		atomic {
			if
			:: top == old -> top = c; accepted = true; break
			:: else
			fi
		}
#endif
	od
}

inline wake() {
	if
	:: asleep ->
		atomic { was_asleep = asleep; asleep = false }
		if
		:: was_asleep -> event++
		:: else
		fi
	:: else
	fi
}

proctype poster(byte me) {
	byte i, old;
	bool accepted, was_asleep;

	for (i : 0 .. POSTS - 1) {
#if FAULT == 1
		was_asleep = asleep;
#endif
		push(me * POSTS + i);
		if
		:: !accepted -> d_step { account(me * POSTS + i, nrefused) }
		:: else ->
#if FAULT == 1
			if
			:: was_asleep -> asleep = false; event++
			:: else
			fi
#else
			wake()
#endif
		fi
	}
	nended++
}

/* What was taken belongs to the loop alone: one step. */
inline run_taken() {
	d_step {
		n = 0;
		do
		:: taken < CALLS -> order[n] = taken; n++; taken = next[taken]
		:: else -> break
		od;
		i = 0;
		do
		:: i < n ->
#if FAULT == 4
			c = order[i];
#else
			c = order[n - 1 - i];
#endif
			account(c, nrun);
			assert(expected[c / POSTS] == c % POSTS);
			expected[c / POSTS]++;
			i++
		:: else -> break
		od
	}
}

inline drop_taken() {
	d_step {
		do
		:: taken < CALLS ->
			account(taken, ndropped);
			taken = next[taken]
		:: else -> break
		od
	}
}

inline sleep() {
#if FAULT == 2
	if
	:: top == BOTTOM -> asleep = true; event > 0; event = 0
	:: else
	fi;
#else
	asleep = true;
	if
	:: top == BOTTOM -> event > 0; event = 0
	:: else
	fi;
#endif
	asleep = false
}

active proctype loop() {
	byte taken, n, i, c;
	byte order[CALLS];

	do
	:: atomic { taken = top; top = BOTTOM }
		run_taken();
		if
		:: nrun == CALLS -> break
		:: nrun < CALLS -> sleep()
		:: true -> /* it is destroyed */
#if FAULT == 5
			taken = top;
			top = CLOSED;
#else
			atomic { taken = top; top = CLOSED }
#endif
			drop_taken();
			break
		fi
	od;
	nended++
}

init {
	atomic {
		run poster(0);
		run poster(1)
	}
	nended == POSTERS + 1;
	assert(nrun + ndropped + nrefused == CALLS)
}
