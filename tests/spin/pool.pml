/*
 * pool - who wakes whom in lib/pool_worker.c
 *
 * Jobs come in rounds of as many as there are workers, and none of a round
 * ends before all of it have begun: if one worker sleeps through a job, all is
 * at a standstill, which spin reports as an invalid end. A worker may wake
 * without having been signalled, SPURIOUS times.
 *
 * What happens under the pool's lock is one step. What happens without it is
 * a step for each access: to take a job, to become alert, to look at the line.
 *
 * Planted faults, each of which is found: -DFAULT=1 who finds a job does not
 * see whether there is more, 2 looks first and is alert no more afterwards,
 * 3 goes to sleep without looking again, 4 leaves its signal counted when it
 * wakes up.
 */
#ifndef FAULT
#define FAULT 0
#endif
#ifndef SPURIOUS
#define SPURIOUS 1
#endif

#define WORKERS 3
#define ROUNDS 2

byte head, tail; /* of the line */
byte nalert, nidle, nwoken;
bool asleep[WORKERS], signalled[WORKERS];
byte spurious = SPURIOUS;
byte nbegun, nended;

#define HAS_WORK (head < tail)

/* cond_signal wakes any one of those who sleep and are not yet on their way. */
inline alert_one() {
	if
	:: nwoken < nidle ->
		nwoken++;
		nalert++;
		if
		:: asleep[0] && !signalled[0] -> signalled[0] = true
		:: asleep[1] && !signalled[1] -> signalled[1] = true
		:: asleep[2] && !signalled[2] -> signalled[2] = true
		:: else /* all are on their way already */
		fi
	:: else
	fi
}

active proctype submitter() {
	byte round;

	do
	:: tail < ROUNDS * WORKERS ->
		atomic {
			tail++;
			if
			:: nalert == 0 -> alert_one()
			:: else
			fi
		}
		if
		:: tail % WORKERS == 0 -> nended == tail
		:: else
		fi
	:: else -> break
	od
}

inline hand_on() {
#if FAULT == 2
	more = HAS_WORK;
	atomic {
		alert = false;
		nalert--;
		if
		:: nalert == 0 && more -> alert_one()
		:: else
		fi
	}
#else
	atomic {
		alert = false;
		nalert--;
		if
		:: nalert == 0 && HAS_WORK && FAULT != 1 -> alert_one()
		:: else
		fi
	}
#endif
}

inline run_job() {
	atomic {
		nbegun++;
		goal = ((nbegun - 1) / WORKERS + 1) * WORKERS
	}
	nbegun >= goal;
	nended++
}

/* One look at the line under the lock, and to sleep if it is empty. */
inline look_or_sleep() {
	if
	:: HAS_WORK && FAULT != 3 -> skip
	:: else ->
		alert = false;
		nalert--;
		nidle++;
		asleep[me] = true
	fi
}

inline wake_up() {
	asleep[me] = false;
	signalled[me] = false;
	nidle--;
	if
	:: nwoken > 0 && FAULT != 4 -> nwoken--
	:: else -> nalert++
	fi;
	alert = true;
	look_or_sleep()
}

proctype worker(byte me) {
	bool alert = true, got, more;
	byte goal;

	do
	:: atomic {
			got = HAS_WORK;
			if
			:: got -> head++
			:: else
			fi
		}
		if
		:: got ->
			if
			:: alert -> hand_on()
			:: else
			fi;
			run_job()
		:: else ->
			if
			:: !alert -> nalert++; alert = true
			:: else
			fi;
			if
			:: HAS_WORK /* seen while it spun */
			:: atomic { look_or_sleep() };
end:				do
				:: atomic { asleep[me] && signalled[me] ->
					wake_up() }
				:: atomic { asleep[me] && !signalled[me] &&
					spurious > 0 && tail > 0 ->
					spurious--; wake_up() }
				:: !asleep[me] -> break
				od
			fi
		fi
	od
}

init {
	atomic {
		nalert = WORKERS;
		run worker(0);
		run worker(1);
		run worker(2)
	}
}
