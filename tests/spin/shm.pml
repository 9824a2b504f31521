/*
 * shm - the model shm of lib/models as a model: claim, commit, reclaim
 *
 * WORKERS workers do ITEMS items. A worker may be killed before any of its
 * steps, KILLS times in all; the parent then gives out again what was lost,
 * and starts another in its place unless the system refuses.
 *
 * Shown for all orders of events: the parent comes to an end, and when it says
 * that all is well, each item is in the accounts exactly once, and with TEXT
 * its text was written exactly once and in order.
 *
 * Planted faults, each of which is found: -DFAULT=1 moves the counter before
 * the claim is written, 2 makes an account current before it is complete, 3
 * does not complete a dead owner's claim, 4 gives out again what is in the
 * account, 5 calls it well when the last ones ended before another died; with
 * TEXT: 6 does not see that all that are left wait for a lost text, 7 writes
 * again what a dead worker's successor brings again.
 */
#ifndef WORKERS
#define WORKERS 2
#endif
#ifndef ITEMS
#define ITEMS 3
#endif
#ifndef KILLS
#define KILLS 2
#endif
#ifndef TEXT
#define TEXT 0
#endif
#ifndef FAULT
#define FAULT 0
#endif

#define NOBODY 255
#define PARENT 254

mtype = { VACANT, ALIVE, DEAD, ENDED };
mtype state[WORKERS] = ALIVE;

/* The board. Items are numbered from 1. */
byte owner = NOBODY;
bool owner_died;
byte next = 1, nagain, again[WORKERS + 1];
byte claimed[WORKERS];
bit current[WORKERS];
byte last[2 * WORKERS]; /* of account 0 and 1 of each slot */
short total[2 * WORKERS]; /* two bits for each item */
byte text_item[WORKERS], taken[WORKERS];
bool doorbell;
byte next_text = 1;

byte kills = KILLS;
bool over; /* the parent kills who is left */

#define ACCOUNT(i) (2 * (i) + current[i])
#define OTHER(i) (2 * (i) + 1 - current[i])
#define LEFT (nagain > 0 || next <= ITEMS)

/* Robust: who gets it from the dead is told, and told again if it dies too. */
#define LOCK(who) atomic { owner == NOBODY -> \
	owner = who; told = owner_died; owner_died = false }
#define UNLOCK owner = NOBODY

#define DIE atomic { kills > 0 -> kills-- }
#define MAY_DIE if :: DIE -> goto dead :: skip fi

/* One slot after the other, and killed between two if it is a worker. */
#define REPAIR(i) atomic { if \
	:: claimed[i] == next -> next++ \
	:: claimed[i] != next && claimed[i] && nagain && \
		claimed[i] == again[nagain - 1] -> nagain-- \
	:: else \
	fi }

proctype worker(byte me) {
	byte item, i;
	bool told;

	do
	::
		if
		:: LOCK(me)
		:: DIE -> goto dead
		:: over -> goto out
		fi;
#if FAULT != 3
		if
		:: told ->
			i = 0;
			do
			:: i < WORKERS -> REPAIR(i); i++; MAY_DIE
			:: else -> break
			od
		:: else
		fi;
#endif
		MAY_DIE;
		atomic {
			item = (nagain -> again[nagain - 1] : next);
#if FAULT != 1
			if
			:: item <= ITEMS -> claimed[me] = item
			:: else
			fi
#endif
		}
		MAY_DIE;
		atomic {
			if
			:: item <= ITEMS && nagain -> nagain--
			:: item <= ITEMS && !nagain -> next++
			:: else
			fi
		}
		MAY_DIE;
#if FAULT == 1
		if
		:: item <= ITEMS -> claimed[me] = item
		:: else
		fi;
#endif
		UNLOCK;
		if
		:: item > ITEMS -> break
		:: else
		fi;
		MAY_DIE;
#if TEXT
		text_item[me] = item;
		MAY_DIE;
		doorbell = true;
		if
		:: atomic { taken[me] > 0 -> taken[me]-- }
		:: DIE -> goto dead
		:: over -> goto out
		fi;
		MAY_DIE;
#endif
#if FAULT == 2
		current[me] = 1 - current[me];
		MAY_DIE;
		atomic {
			total[ACCOUNT(me)] = total[OTHER(me)] +
				(1 << (2 * item));
			last[ACCOUNT(me)] = item
		}
#else
		atomic {
			total[OTHER(me)] = total[ACCOUNT(me)] +
				(1 << (2 * item));
			last[OTHER(me)] = item
		}
		MAY_DIE;
		current[me] = 1 - current[me];
#endif
		MAY_DIE
	od;
	state[me] = ENDED;
	goto out;
dead:
	atomic {
		if
		:: owner == me -> owner = NOBODY; owner_died = true
		:: else
		fi;
		state[me] = DEAD
	}
out:
	skip
}

#define NALIVE ((state[0] != VACANT) + (state[1] != VACANT))
#define WAITS(i) (state[i] == VACANT || text_item[i] > next_text)
#define STUCK (WAITS(0) && WAITS(1))

inline start(i) {
	atomic {
		claimed[i] = 0;
		text_item[i] = 0;
		taken[i] = 0;
		state[i] = ALIVE;
		run worker(i)
	}
}

inline bury(i) {
	LOCK(PARENT);
#if FAULT != 3
	if
	:: told -> REPAIR(0); REPAIR(1)
	:: else
	fi;
#endif
	atomic {
		if
		:: claimed[i] && (FAULT == 4 ||
			claimed[i] != last[ACCOUNT(i)]) ->
			again[nagain] = claimed[i];
			nagain++;
			claimed[i] = 0
		:: else
		fi;
		left = LEFT
	}
	UNLOCK;
	state[i] = VACANT;
	if
	:: left ->
		if
		:: start(i)
		:: skip /* refused */
		fi;
		if
		:: NALIVE == 0 -> failed = true; break
		:: else
		fi
	:: else
	fi
}

#if FAULT == 7
#define DUE(i) (text_item[i] && text_item[i] <= next_text)
#define WRITE(i) written = written + (1 << (2 * text_item[i])); \
	next_text = text_item[i] + 1
#else
#define DUE(i) (text_item[i] && text_item[i] <= next_text)
#define WRITE(i) if \
	:: text_item[i] == next_text -> \
		written = written + (1 << (2 * text_item[i])); next_text++ \
	:: else \
	fi
#endif

#define TAKE(i) DUE(i) -> WRITE(i); text_item[i] = 0; taken[i]++

active proctype parent() {
	bool told, left, failed;
	short sum, written, expected;

	atomic { run worker(0); run worker(1) }
	do
	:: state[0] == DEAD -> bury(0)
	:: state[1] == DEAD -> bury(1)
	:: state[0] == ENDED -> state[0] = VACANT
	:: state[1] == ENDED -> state[1] = VACANT
	:: NALIVE == 0 -> break
#if TEXT
	:: doorbell ->
		doorbell = false;
		do
		:: atomic { TAKE(0) }
		:: atomic { TAKE(1) }
		:: else -> break
		od
#if FAULT != 6
	:: NALIVE > 0 && STUCK ->
		if
		:: state[0] == VACANT -> start(0)
		:: state[1] == VACANT -> start(1)
		:: failed = true; break
		fi
#endif
#endif
	od;
	over = true;
#if FAULT != 5
	failed = failed || LEFT;
#endif
	sum = total[ACCOUNT(0)] + total[ACCOUNT(1)];
	expected = ((1 << (2 * ITEMS)) - 1) / 3 * 4;
	assert(failed || sum == expected);
#if TEXT
	assert(failed || written == expected)
#endif
}
