/*
 * ring - lib/ring.h as a model: one thread puts in, one takes out
 *
 * Each step touches one word. The order of steps is that which release and
 * acquire promise; the planted faults are the orders that they forbid.
 *
 * Shown for all orders of events: items come out as they went in, none is
 * taken from a slot that is not filled, none is put into one that is not
 * empty, and both sides come to their end.
 *
 * Planted faults, each of which is found: -DFAULT=1 counts before it fills,
 * 2 counts before it has read, 3 takes a full ring to be as full as its
 * capacity and one, 4 does not look again when what it saw is used up.
 */
#ifndef FAULT
#define FAULT 0
#endif
#define CAPACITY 2
#define ITEMS 5

byte slots[CAPACITY]; /* 0: nothing, or being read */
byte npushed, npopped;

active proctype producer() {
	byte n = 0, seen = 0;

	do
	:: n == ITEMS -> break
	:: n < ITEMS ->
		if
		:: n - seen >= CAPACITY + (FAULT == 3 -> 1 : 0) ->
			seen = npopped
		:: else ->
#if FAULT == 1
			npushed = n + 1;
#endif
			atomic {
				assert(slots[n % CAPACITY] == 0);
				slots[n % CAPACITY] = n + 1
			}
#if FAULT != 1
			npushed = n + 1;
#endif
			n++
		fi
	od
}

active proctype consumer() {
	byte n = 0, seen = 0;

	do
	:: n == ITEMS -> break
	:: n < ITEMS ->
		if
#if FAULT == 4
		:: n == seen && n == 0 -> seen = npushed
#else
		:: n == seen -> seen = npushed
#endif
		:: else ->
#if FAULT == 2
			npopped = n + 1;
#endif
			atomic {
				assert(slots[n % CAPACITY] == n + 1);
				slots[n % CAPACITY] = 0
			}
#if FAULT != 2
			npopped = n + 1;
#endif
			n++
		fi
	od
}
