/*
 * fsq - an item of a filesystem queue as a model: claim, run, finish
 *
 * WORKERS scanners are after one item, which may fail for now TRIES times and
 * be put back by hand once. A scanner or the program that it runs may be
 * killed before any of its steps, KILLS times in all; another scanner begins
 * in its place. The lock is on what was opened, a scanner's with its program's
 * copy, and goes with the last of them.
 *
 * Shown for all orders of events: the item is in one folder at each moment, is
 * run by one program at a time, is moved only by who holds it, and its program
 * is run no more often than it was tried and somebody was killed.
 *
 * Planted faults, each of which is found: -DFAULT=1 does not look again at the
 * name when it has the lock, 2 lets go of the lock before it renames, 3 does
 * not give the program the lock, 4 copies and removes instead of renaming, 5
 * waits for the program without having the lock itself.
 */
#ifndef WORKERS
#define WORKERS 2
#endif
#ifndef KILLS
#define KILLS 2
#endif
#ifndef TRIES
#define TRIES 1
#endif
#ifndef FAULT
#define FAULT 0
#endif

#define NOBODY 255

/* Where the item is. In queue/, its name has the number of tries in it. */
bool in_queue = true, in_done, in_fail;
byte tries;

/* The lock, and by how many copies of its descriptor each scanner has the
 * item open. */
byte owner = NOBODY, copies[WORKERS];

mtype = { RUNS, GOOD, FOR_NOW, BAD };
mtype status[WORKERS];

byte nrunning, nruns, kills = KILLS, nkilled;
bool by_hand; /* it was put back */
byte nleft, nprograms; /* that have not come to their end */
bool started[WORKERS];

#define IN_ONE_PLACE (in_queue + in_done + in_fail == 1)
#define NAMED(seen) (in_queue && tries == seen)

#define CLOSE(me) atomic { \
	copies[me]--; \
	if \
	:: copies[me] == 0 && owner == me -> owner = NOBODY \
	:: else \
	fi }

#define DIE atomic { kills > 0 -> kills--; nkilled++ }

proctype program(byte me) {
end:
	atomic { started[me] -> started[me] = false }
	if
	:: atomic {
		nrunning++;
		nruns++;
		assert(nrunning == 1)
	   }
	:: DIE -> status[me] = BAD; goto out
	fi;
	atomic {
		if
		:: status[me] = GOOD
		:: status[me] = FOR_NOW
		:: DIE -> status[me] = BAD
		fi;
		nrunning--
	}
out:
	atomic {
#if FAULT != 3
		CLOSE(me);
#endif
		nprograms--
	}
	goto end
}

/* One rename, by who holds the item. */
inline move(to) {
	atomic {
		assert(NAMED(seen) && owner == me);
		in_queue = false;
		to = true;
		assert(IN_ONE_PLACE)
	}
}

inline finish() {
	if
	:: status[me] == GOOD ->
#if FAULT == 2
		CLOSE(me);
#endif
#if FAULT == 4
		in_done = true;
		assert(IN_ONE_PLACE);
		in_queue = false
#else
		move(in_done)
#endif
	:: status[me] == FOR_NOW && tries < TRIES ->
		atomic {
			assert(NAMED(seen) && owner == me);
			tries++
		}
	:: status[me] == BAD || (status[me] == FOR_NOW && tries >= TRIES) ->
		move(in_fail)
	fi
}

proctype scanner(byte me) {
	byte seen;

list:
	atomic { copies[me] == 0 && !started[me]; status[me] = 0; seen = 0 }
	if
	:: atomic { in_queue -> seen = tries }
	:: atomic { !in_queue -> goto out }
	fi;
	if
	:: atomic { NAMED(seen) -> copies[me] = 1 } /* open */
	:: atomic { !NAMED(seen) -> goto list }
	:: DIE -> goto list
	fi;
	if
	:: atomic { owner == NOBODY -> owner = me } /* flock */
	:: atomic { owner != NOBODY -> copies[me] = 0; goto list }
	:: DIE -> copies[me] = 0; goto list
	fi;
#if FAULT != 1
	if
	:: NAMED(seen)
	:: atomic { !NAMED(seen) -> owner = NOBODY; copies[me] = 0; goto list }
	:: DIE -> goto dead
	fi;
#endif
	if
	:: atomic { /* fork */
#if FAULT != 3
		copies[me]++;
#endif
		status[me] = RUNS;
		nprograms++;
		started[me] = true
	   }
	:: DIE -> goto dead
	fi;
#if FAULT == 5
	CLOSE(me);
#endif
	if
	:: status[me] != RUNS
	:: DIE -> goto dead
	fi;
	if
	:: finish()
	:: DIE -> goto dead
	fi;
#if FAULT == 2 || FAULT == 5
	goto list;
#endif
dead:
	CLOSE(me);
	goto list;
out:
	nleft--
}

/* From fail/ back into queue/, with no tries, and no lock. */
proctype hand() {
	if
	:: atomic {
		in_fail ->
		in_fail = false;
		in_queue = true;
		tries = 0;
		by_hand = true
	   }
	:: true
	fi;
	nleft--
}

init {
	byte i;

	atomic {
		nleft = WORKERS + 1;
		run hand();
		do
		:: i < WORKERS -> run scanner(i); run program(i); i++
		:: else -> break
		od;
		i = 0
	}
	nleft == 0 && nprograms == 0;
	assert(IN_ONE_PLACE);
	assert(!in_queue || by_hand);
	assert(nruns <= (TRIES + 1) * (1 + by_hand) + nkilled)
}
