/*
 * gil - lib/gil.c as a model: one lock, two conditions, one request flag
 *
 * Thread 0 computes for ever and checks between its steps; the others take
 * the lock, check once and let go, ROUNDS times. Time is a choice: a waiter
 * may run out of its interval at any moment. A condition is the set of threads
 * that sleep in it, of whom a signal wakes any one.
 *
 * Shown for all orders of events: never do two hold the lock; the others all
 * come to their end although thread 0 never does (`served`, under weak
 * fairness), so who asks gets the lock, and the second wait of gil_release
 * does not hang.
 *
 * Planted faults, each of which is found: -DFAULT=1 forgets to announce a
 * switch, 2 looks with `if` instead of `while`, 3 leaves the request standing
 * when it takes the lock, 4 does not wait for the switch.
 */
#define THREADS 3
#define ROUNDS 2
#define NOBODY 255

#ifndef FAULT
#define FAULT 0
#endif

bool held;
byte last_holder = NOBODY;
bool same[THREADS]; /* nswitches is what the thread last saw */
bool drop_request;
bool in_released[THREADS], in_switched[THREADS]; /* asleep there */

byte computing; /* threads that hold the lock and know it */
byte nserved;

/*
 * What happens under the mutex is one step, up to a wait or the end: only the
 * holder looks at anything without the mutex, and that is drop_request.
 */

inline signal_released() {
	if
	:: in_released[0] -> in_released[0] = false
	:: in_released[1] -> in_released[1] = false
	:: in_released[2] -> in_released[2] = false
	:: else
	fi
}

inline broadcast_switched() {
	in_switched[0] = false;
	in_switched[1] = false;
	in_switched[2] = false
}

inline ask() {
	if
	:: timed_out && held && same[me] -> drop_request = true
	:: else
	fi
}

inline seize() {
	held = true;
	if
	:: last_holder != me ->
		last_holder = me;
		same[0] = false;
		same[1] = false;
		same[2] = false;
#if FAULT != 1
		broadcast_switched()
#endif
	:: else
	fi;
#if FAULT != 3
	drop_request = false;
#endif
}

/* The end of one look at `held`, with what comes after it. */
inline sleep_or_seize() {
	if
	:: asleep -> same[me] = true; in_released[me] = true
	:: else -> seize()
	fi
}

inline gil_take() {
	atomic { asleep = held; sleep_or_seize() };
	do
	:: asleep ->
		atomic {
			if
			:: !in_released[me] -> timed_out = false
			:: in_released[me] -> in_released[me] = false;
				timed_out = true
			fi;
			ask();
			asleep = held;
#if FAULT == 2
			asleep = false;
#endif
			sleep_or_seize()
		}
	:: else -> break
	od;
	computing++;
	assert(computing == 1)
}

inline gil_release() {
	computing--;
	atomic {
		assert(held && last_holder == me);
		held = false;
		signal_released();
		asleep = drop_request && last_holder == me;
#if FAULT == 4
		asleep = false;
#endif
		in_switched[me] = asleep
	};
	do
	:: asleep ->
		atomic {
			!in_switched[me];
			asleep = drop_request && last_holder == me;
			in_switched[me] = asleep
		}
	:: else -> break
	od
}

inline gil_check() {
	if
	:: drop_request -> gil_release(); gil_take()
	:: else
	fi
}

active proctype computer() {
	byte me = 0;
	bool timed_out, asleep;

	gil_take();
	do
	:: gil_check()
	od
}

proctype visitor(byte me) {
	byte round = 0;
	bool timed_out, asleep;

	do
	:: round < ROUNDS ->
		gil_take();
		gil_check();
		gil_release();
		round++
	:: else -> break
	od;
	nserved++
}

init {
	atomic {
		run visitor(1);
		run visitor(2)
	}
}

ltl served { <> (nserved == THREADS - 1) }
