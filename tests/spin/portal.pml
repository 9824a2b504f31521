/*
 * portal - lib/portal.c as a model: who is accepted, who is told what
 *
 * Each caller sends a call, or a task, and may give up at any moment. What the
 * loop's thread does is one process: it takes what was posted, lets a task or
 * the keeper go on, or is asked to close, in any order. A task that is to be
 * cancelled, by its caller or by the close, never ends by itself.
 *
 * Shown for all orders of events: a call or task that was accepted has one
 * outcome, and its caller gets it; one that was refused, or cancelled before
 * it began, does not run; when the keeper has ended, nothing is left to run.
 *
 * Planted faults, each of which is found: -DFAULT=1 looks whether it is open
 * before it takes the lock, 2 counts what it has accepted after the lock, 3
 * does not wake the keeper after a call, 4 lets the keeper go on without
 * looking again, 5 closes after it has waited, 6 gives up a call that runs, 7
 * does not cancel tasks, 8 refuses to cancel a task when it is closed.
 */
#ifndef FAULT
#define FAULT 0
#endif
#ifndef CALLERS
#define CALLERS 2
#endif

mtype = { PENDING, RUNNING, DONE, CANCELLED };
mtype call[CALLERS] = PENDING, result[CALLERS] = PENDING; /* of its task */
bool sends_task[CALLERS], gives_up[CALLERS];

/* Who has posted, and whether it is only to cancel its task. */
chan inbox = [2 * CALLERS] of { byte, bool };

/* guarded by the portal's lock */
bool is_open = true;
byte naccepted;

/* the loop's thread's */
byte nanswered, nvisitors;
bool closing, cancels, keeper_wakes, over;
bool visits[CALLERS], begun[CALLERS], told[CALLERS];
mtype = { SERVES, COUNTS_CALLS, COUNTS_TASKS, ENDS };
mtype keeper = SERVES;

#define OVER(future) (future == DONE || future == CANCELLED)
#define WAKE_KEEPER keeper_wakes = keeper_wakes || closing

inline end(future, how) {
	atomic {
		assert(!OVER(future));
		future = how
	}
}

/* --- the threads that call --- */

inline accept(me) {
#if FAULT == 1
	accepted = is_open;
	atomic {
		if
		:: accepted -> inbox!me, false; naccepted++
		:: else
		fi
	}
#elif FAULT == 2
	atomic {
		accepted = is_open;
		if
		:: accepted -> inbox!me, false
		:: else
		fi
	}
	if
	:: accepted -> naccepted++
	:: else
	fi
#else
	atomic {
		accepted = is_open;
		if
		:: accepted -> inbox!me, false; naccepted++
		:: else
		fi
	}
#endif
}

/* The future of a call: what has begun is not given up. */
inline give_up_call(me) {
	atomic {
		if
		:: call[me] == PENDING -> call[me] = CANCELLED
#if FAULT == 6
		:: call[me] == RUNNING -> call[me] = CANCELLED
#endif
		:: else
		fi
	}
}

/* That of a task is cancelled at once, and the task is told by the loop. */
inline give_up_task(me) {
	atomic {
		if
#if FAULT == 8
		:: !is_open
#endif
		:: !OVER(result[me]) ->
			result[me] = CANCELLED;
			inbox!me, true
		:: else
		fi
	}
}

proctype caller(byte me) {
	bool accepted;

	accept(me);
	if
	:: accepted && sends_task[me] ->
		OVER(call[me]);
		if
		:: gives_up[me] -> give_up_task(me)
		:: else
		fi;
		OVER(result[me])
	:: accepted && !sends_task[me] ->
		if
		:: gives_up[me] -> give_up_call(me)
		:: else
		fi;
		OVER(call[me])
	:: else ->
		/* refused */
		assert(call[me] == PENDING)
	fi
}

/* --- the loop's thread --- */

inline begin_task(who) {
	visits[who] = true;
	nvisitors++
}

inline answer(who) {
	atomic {
		runs = call[who] == PENDING;
		if
		:: runs -> call[who] = RUNNING
		:: else
		fi
	}
	if
	:: runs && sends_task[who] -> begin_task(who); end(call[who], DONE)
	:: runs && !sends_task[who] -> end(call[who], DONE)
	:: else
	fi;
	nanswered++;
#if FAULT != 3
	WAKE_KEEPER
#endif
}

/* It has begun, and gets to its first wait, before it is told. */
inline go_on(who) {
	if
	:: !begun[who] -> begun[who] = true
	:: begun[who] && told[who] ->
		atomic {
			if
			:: result[who] == PENDING -> result[who] = CANCELLED
			:: else
			fi
		}
		visits[who] = false
	:: begun[who] && !gives_up[who] && !cancels ->
		end(result[who], DONE);
		visits[who] = false
	fi;
	if
	:: !visits[who] -> nvisitors--; WAKE_KEEPER
	:: else
	fi
}

#define CAN_GO_ON(who) (visits[who] && (!begun[who] || told[who] || \
	(!gives_up[who] && !cancels)))

inline close_it() {
	atomic { is_open = false }
}

inline cancel_tasks() {
#if FAULT == 7
	skip
#else
	i = 0;
	do
	:: i < CALLERS -> told[i] = told[i] || visits[i]; i++
	:: else -> break
	od
#endif
}

inline run_keeper() {
	if
	:: keeper == SERVES ->
#if FAULT != 5
		close_it();
#endif
		keeper = COUNTS_CALLS
	:: keeper == COUNTS_CALLS && nanswered < naccepted ->
		keeper_wakes = false;
#if FAULT == 4
		keeper = COUNTS_TASKS
#endif
	:: keeper == COUNTS_CALLS && nanswered >= naccepted ->
#if FAULT == 5
		close_it();
#endif
		keeper = COUNTS_TASKS
	:: keeper == COUNTS_TASKS && nvisitors && !cancels ->
		keeper_wakes = false
	:: keeper == COUNTS_TASKS && !(nvisitors && !cancels) ->
		cancel_tasks();
		keeper = ENDS
	:: keeper == ENDS && nvisitors -> keeper_wakes = false
	:: keeper == ENDS && !nvisitors -> over = true
	fi
}

active proctype thread_of_the_loop() {
	byte who, i;
	bool only_cancels, runs;

	do
	:: over -> break
	:: !over && nempty(inbox) ->
		inbox?who, only_cancels;
		if
		:: only_cancels -> told[who] = told[who] || visits[who]
		:: else -> answer(who)
		fi
	:: !over && keeper_wakes -> run_keeper()
	:: !over && CAN_GO_ON(0) -> go_on(0)
	:: !over && CAN_GO_ON(1) -> go_on(1)
#if CALLERS > 2
	:: !over && CAN_GO_ON(2) -> go_on(2)
#endif
	:: !closing ->
		closing = true;
		keeper_wakes = true;
		if
		:: cancels = true
		:: true
		fi
	od;
	do
	:: inbox?who, only_cancels; assert(only_cancels)
	:: empty(inbox) -> break
	od
}

init {
	byte i = 0;

	atomic {
		do
		:: i < CALLERS ->
			if
			:: sends_task[i] = true
			:: true
			fi;
			if
			:: gives_up[i] = true
			:: true
			fi;
			run caller(i);
			i++
		:: else -> break
		od
	}
}
