/* SPDX-License-Identifier: MIT */
/* Counters whose rate is known, and how others are measured by them.
 *
 *	hz = counter_measure(&pit_counter, read_tsc);
 *
 * A counter is believed when it was seen to move. Context: boot, on one CPU,
 * but for a read of a counter that has been started. */
#ifndef ARCH_COUNTER_H
#define ARCH_COUNTER_H

#include "kernel/types.h"

struct counter {
	const char *name;
	uint64_t hz;   /* counts per second; known once start() has succeeded */
	uint64_t mask; /* of its bits: behind the last one it goes on with 0 */
	/* So many reads in a row without a change: it stands still. */
	unsigned patience;
	/* Counts up. */
	uint64_t (*read)(void);
	/* Finds and starts it; false if this machine has none. NULL if there
	 * is nothing to start. */
	bool (*start)(void);
	/* Whether it may have wrapped since start(). NULL if it counts for
	 * longer than any measurement takes. */
	bool (*overran)(void);
};

/* Waits until the counter, which has been started, is `counts` further than
 * `from`. False if it stands still. */
bool counter_wait(const struct counter *counter, uint64_t from,
		  uint64_t counts);

/* Starts the counter and sees it move; false if there is none or it stands
 * still. */
bool counter_moves(const struct counter *counter);

/* Counts per second of what `read` reads, measured by a counter for a
 * millisecond or for one count, whichever is longer; about a permille is to be
 * expected. 0 if either stands still. `read` counts up and does not wrap
 * meanwhile. */
uint64_t counter_measure(const struct counter *by, uint64_t (*read)(void));

/* The counters that machines have besides the time-stamp counter. All but the
 * PIT need ACPI's tables or patience, and start() after boot_info_init(). */
extern struct counter pit_counter;	/* channel 0; arch/i386/dev/pit.c */
extern struct counter hpet_counter;	/* arch/i386/dev/hpet.c */
extern struct counter pm_timer_counter; /* arch/i386/dev/pm_timer.c */
extern struct counter rtc_counter;	/* seconds; arch/i386/dev/rtc.c */

/* The counter to measure others by: the time-stamp counter, if its rate is
 * known; else the first of those above that moves; NULL if none does. After
 * boot_info_init(). */
const struct counter *reference_counter(void);

#endif
