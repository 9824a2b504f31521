/*
 * coalesce - lib/coalesce.c as a model: who asks, and who has done it
 *
 * Each thread makes changes and asks after each. Each step touches one word.
 * Shown for all orders of events: when all have come back, the last action has
 * seen every change, and no two actions ran at once.
 *
 * Planted faults, each of which is found: -DFAULT=1 is the policy trylock, 2
 * forgets the request after the action instead of before it, 3 looks for a
 * request before it lets go of the lock, 4 looks at the lock before it writes
 * down its request, as a processor might without sequential consistency.
 */
#ifndef FAULT
#define FAULT 0
#endif
#define THREADS 3
#define EACH 2

byte nchanges, nseen;
bool asked, busy;
byte nacting, nended;

inline try_busy() {
	atomic {
		mine = !busy;
		busy = true
	}
}

inline action() {
	nacting++;
	assert(nacting == 1);
	nseen = nchanges;
	nacting--
}

inline do_while_asked() {
	do
	::
#if FAULT != 2
		asked = false;
#endif
		action();
#if FAULT == 2
		asked = false;
#endif
#if FAULT == 3
		again = asked;
		busy = false;
#else
		busy = false;
		again = asked;
#endif
		if
		:: again && FAULT != 1 -> try_busy()
		:: else -> mine = false
		fi;
		if
		:: mine
		:: else -> break
		fi
	od
}

inline request() {
#if FAULT == 4
	was_busy = busy;
	asked = true;
	if
	:: was_busy -> mine = false
	:: else -> try_busy()
	fi;
#else
#if FAULT != 1
	asked = true;
#endif
	try_busy();
#endif
	if
	:: mine -> do_while_asked()
	:: else
	fi
}

active [THREADS] proctype asker() {
	bool mine, again, was_busy;
	byte i = 0;

	do
	:: i == EACH -> break
	:: i < EACH ->
		atomic { nchanges++ };
		request();
		i++
	od;
	atomic {
		nended++;
		assert(nended < THREADS || nseen == THREADS * EACH)
	}
}
