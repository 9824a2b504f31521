/*
 * bq - the lines of lib/bq.c as a model: who sleeps, who is called, who posts
 *
 * What happens under the latch is one step. Poppers come, each for one item;
 * popper 0 may run out of time at any moment, the others never. A sleeper
 * lies in the frame of its call, and is there from standing in line to the
 * end of the call.
 *
 * Shown for all orders of events: who posts a turn posts it to a sleeper that
 * is still there; every popper that does not give up gets an item (else it
 * would be left asleep, an invalid end state); none is taken twice.
 *
 * Planted faults, each of which is found: -DFAULT=1 leaves at a timeout
 * although it has been called, 2 gives up at a timeout although there is an
 * item, 3 looks for a sleeper before it puts its item, 4 goes to sleep without
 * having looked for an item under the same latch.
 */
#ifndef FAULT
#define FAULT 0
#endif
#define POPPERS 3
#define PUSHERS 2

byte nitems, ntaken;
chan line = [POPPERS] of { byte };
bool woken[POPPERS], there[POPPERS];
byte turn[POPPERS];

proctype popper(byte me) {
	bool late, got, must_stay;

	do
	::
#if FAULT == 4
		atomic {
			got = nitems > 0;
			if
			:: got -> nitems--; ntaken++
			:: else
			fi
		}
		if
		:: got -> break
		:: else
		fi;
		atomic { there[me] = true; woken[me] = false; line!me }
#else
		atomic {
			if
			:: nitems > 0 -> nitems--; ntaken++; break
			:: else ->
				there[me] = true;
				woken[me] = false;
				line!me
			fi
		}
#endif
end_asleep:
		if
		:: atomic { turn[me] > 0 -> turn[me]-- }; late = false
		:: me == 0 -> late = true
		fi;
		atomic {
			must_stay = late && woken[me];
			if
			:: late && !woken[me] -> line??eval(me)
			:: else
			fi
		}
#if FAULT != 1
		if
		:: must_stay -> atomic { turn[me] > 0 -> turn[me]-- }
		:: else
		fi;
#endif
		there[me] = false;
		if
#if FAULT == 2
		:: late -> break
#else
		:: atomic { late && nitems == 0 -> break }
#endif
		:: else
		fi
	od
}

proctype pusher() {
	byte who;
	bool found;

#if FAULT == 3
	found = nempty(line);
	atomic {
		nitems++;
		found = found && nempty(line);
#else
	atomic {
		nitems++;
		found = nempty(line);
#endif
		if
		:: found -> line?who; woken[who] = true
		:: else
		fi
	}
	if
	:: found ->
		atomic {
			assert(there[who]);
			turn[who]++
		}
	:: else
	fi
}

active proctype watcher() {
	timeout ->
		assert(nitems + ntaken == PUSHERS);
		assert(nitems == 0 || empty(line))
}

init {
	byte i = 0;

	atomic {
		do
		:: i < POPPERS -> run popper(i); i++
		:: else -> break
		od;
		i = 0;
		do
		:: i < PUSHERS -> run pusher(); i++
		:: else -> break
		od
	}
}
