/*
 * line - lib/pool_line.c as a model: one thread puts in, any number take out
 *
 * Each step touches one word; what put does has the pool's lock, which the
 * others never take, so that its steps mix with theirs all the same. The order
 * of steps is that which release and acquire promise.
 *
 * Shown for all orders of events: job n is taken once, by who moved the head
 * past n, and is the n-th that was put in; nobody reads a place of the index
 * that is empty, or memory that was freed; and all jobs are taken.
 *
 * Planted faults, each of which is found: -DFAULT=1 counts before it fills,
 * 2 fills a segment anew while its last job is still to be taken, 3 moves the
 * head without comparing, 4 reads the job after it has moved the head, 5
 * leaves the places of a new index empty that it did not copy, 6 frees the
 * older index at once.
 */
#ifndef FAULT
#define FAULT 0
#endif
#define TAKERS 2
#define JOBS 7

#define NSLOTS 2 /* of a segment */
#define SEGMENTS 4 /* of memory */
#define FIRST_INDEX 2 /* segments that the first index has places for */
#define NINDEXES 2
#define NPLACES(index) (FIRST_INDEX + FIRST_INDEX * (index))
#define NOWHERE 255

typedef segment { byte slots[NSLOTS] };
typedef places { byte segments[SEGMENTS] };

segment memory[SEGMENTS];
places indexes[NINDEXES];
bool freed[NINDEXES];
byte head, tail, index;
bool taken[JOBS];

#define PLACE(index, number) \
	indexes[index].segments[(number) % NPLACES(index)]
#define JOB(segment, n) memory[segment].slots[(n) % NSLOTS]

proctype putter() {
	byte filling, oldest, first, i;
	byte spares[SEGMENTS];
	byte nspares, nmade;

	do
	:: tail == JOBS -> break
	:: tail < JOBS && tail % NSLOTS != 0 -> goto fill
	:: tail < JOBS && tail % NSLOTS == 0 ->
		first = (head + (FAULT == 2 -> 1 : 0)) / NSLOTS;
		d_step {
			do
			:: oldest < first ->
				spares[nspares] = PLACE(index, oldest);
				nspares++;
				oldest++
			:: else -> break
			od;
			first = 0;
			i = 0
		}
		if
		:: tail / NSLOTS - oldest == NPLACES(index) ->
			assert(index == 0);
			d_step {
				do
				:: FAULT != 5 && i < NPLACES(1) ->
					PLACE(1, i) = filling;
					i++
				:: else -> break
				od;
				i = oldest;
				do
				:: i < tail / NSLOTS ->
					PLACE(1, i) = PLACE(0, i);
					i++
				:: else -> break
				od;
				i = 0
			}
			index = 1;
#if FAULT == 6
			freed[0] = true
#endif
		:: else
		fi;
		if
		:: nspares > 0 -> nspares--; filling = spares[nspares]
		:: else -> filling = nmade; nmade++
		fi;
		PLACE(index, tail / NSLOTS) = filling;
fill:
#if FAULT == 1
		tail++;
		JOB(filling, tail - 1) = tail
#else
		JOB(filling, tail) = tail + 1;
		tail++
#endif
	od
}

/* One that the others overtake may look at places long left behind. */
proctype taker() {
	byte seen, n, at, where, job;
	bool moved;

	do
	:: n == JOBS -> break
	:: atomic { n < JOBS && n >= seen -> seen = tail }; n = head
	:: atomic { n < seen -> at = index };
		atomic {
			assert(!freed[at]);
			where = PLACE(at, n / NSLOTS);
			at = 0;
			assert(where != NOWHERE)
		};
#if FAULT != 4
		job = JOB(where, n);
#endif
		atomic {
			moved = head == n || FAULT == 3;
			if
			:: moved -> head = n + 1
			:: else
			fi
		}
#if FAULT == 4
		job = JOB(where, n);
#endif
		atomic {
			if
			:: moved ->
				assert(job == n + 1 && !taken[n]);
				taken[n] = true;
				n++
			:: else -> n = head
			fi;
			job = 0;
			where = 0;
			moved = false
		}
	od
}

init {
	byte i, k;

	atomic {
		for (i : 0 .. NINDEXES - 1) {
			for (k : 0 .. SEGMENTS - 1) {
				indexes[i].segments[k] = NOWHERE
			}
		}
		for (i : 1 .. TAKERS) {
			run taker()
		}
		run putter()
	}
}
