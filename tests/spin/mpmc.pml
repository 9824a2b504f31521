/*
 * mpmc - lib/mpmc.h as a model: threads on either side of slots with turns
 *
 * Each step touches one word. Shown for all orders of events: each item is
 * taken once, by one thread; a slot is filled when it is empty and emptied
 * when it is full; the items of one producer reach each consumer in order.
 *
 * Planted faults, each of which is found: -DFAULT=1 moves the index without
 * comparing, 2 gives a slot its turn before it is filled, 3 before it is read,
 * 4 fills a slot without looking whether its turn has come.
 */
#ifndef FAULT
#define FAULT 0
#endif
#define CAPACITY 2
#define PRODUCERS 2
#define CONSUMERS 2
#define EACH 2
#define ITEMS (PRODUCERS * EACH)

byte turn[CAPACITY], item[CAPACITY];
byte npushed, npopped;
byte ntaken;
bool taken[ITEMS + 1];

/* Claim n: true when the slot's turn had come and the index was still n. */
#if FAULT == 1
#define CLAIM(index) index = n + 1; claimed = true
#else
#define CLAIM(index) atomic { \
	claimed = index == n; \
	if \
	:: claimed -> index = n + 1 \
	:: else \
	fi }
#endif

/* Items are numbered so that those of one producer ascend. */
proctype producer(byte me) {
	byte n, seen, i = 0;
	bool claimed;

	do
	:: i == EACH -> break
	:: i < EACH ->
		n = npushed;
		seen = turn[n % CAPACITY];
		if
		:: FAULT != 4 && seen != n
		:: else ->
			CLAIM(npushed);
			if
			:: claimed ->
#if FAULT == 2
				turn[n % CAPACITY] = n + 1;
#endif
				atomic {
					assert(item[n % CAPACITY] == 0);
					item[n % CAPACITY] =
						1 + me * EACH + i
				}
#if FAULT != 2
				turn[n % CAPACITY] = n + 1;
#endif
				i++
			:: else
			fi
		fi
	od
}

proctype consumer() {
	byte n, seen, got;
	byte last[PRODUCERS];
	bool claimed;

	do
	:: ntaken == ITEMS -> break
	:: else ->
		n = npopped;
		seen = turn[n % CAPACITY];
		if
		:: seen != n + 1
		:: else ->
			CLAIM(npopped);
			if
			:: claimed ->
#if FAULT == 3
				turn[n % CAPACITY] = n + CAPACITY;
#endif
				atomic {
					got = item[n % CAPACITY];
					assert(got != 0 && !taken[got]);
					assert(got > last[(got - 1) / EACH]);
					last[(got - 1) / EACH] = got;
					taken[got] = true;
					item[n % CAPACITY] = 0;
					ntaken++
				}
#if FAULT == 4
				turn[n % CAPACITY] = n + 1;
#elif FAULT != 3
				turn[n % CAPACITY] = n + CAPACITY;
#endif
			:: else
			fi
		fi
	od
}

init {
	byte i = 0;

	atomic {
		do
		:: i < CAPACITY -> turn[i] = i; i++
		:: else -> break
		od;
		run producer(0);
		run producer(1);
		run consumer();
		run consumer()
	}
}
