/* SPDX-License-Identifier: MIT */
/* Counters with a known rate, and measuring the rate of others by them.
 *
 *	hz = counter_measure(&pit_counter, read_tsc);
 *
 * A counter is used only after it was seen to move. Context: boot, on one CPU;
 * a started counter may be read in any context. */
#ifndef ARCH_COUNTER_H
#define ARCH_COUNTER_H

#include "kernel/types.h"

struct counter {
	const char *name;
	uint64_t hz;   /* counts per second; known once start() has succeeded */
	uint64_t mask; /* of its bits: after the largest value it wraps to 0 */
	/* After so many reads without a change it counts as stopped. */
	unsigned patience;
	/* Counts up. */
	uint64_t (*read)(void);
	/* Finds and starts it; false if this machine has none. NULL if there
	 * is nothing to start. */
	bool (*start)(void);
	/* Whether it may have wrapped since start(). NULL if it does not wrap
	 * in the time of a measurement. */
	bool (*overran)(void);
};

/* Waits until the counter, which was started, is `counts` beyond `from`. False
 * if it has stopped. */
bool counter_wait(const struct counter *counter, uint64_t from,
		  uint64_t counts);

/* Starts the counter and waits until it moves; false if there is none or it has
 * stopped. */
bool counter_moves(const struct counter *counter);

/* The rate, in counts per second, of the counter that `read` reads, measured by
 * the counter `by` for a millisecond or for one count, whichever is longer. The
 * error is about a permille. Returns 0 if either has stopped. `read` counts up
 * and does not wrap meanwhile. */
uint64_t counter_measure(const struct counter *by, uint64_t (*read)(void));

/* The counters that machines have besides the time-stamp counter. All except
 * the PIT need ACPI's tables or a long time, and start() after
 * boot_info_init(). */
extern struct counter pit_counter;	/* channel 0; arch/i386/dev/pit.c */
extern struct counter hpet_counter;	/* arch/i386/dev/hpet.c */
extern struct counter pm_timer_counter; /* arch/i386/dev/pm_timer.c */
extern struct counter rtc_counter;	/* seconds; arch/i386/dev/rtc.c */

/* The counter to measure others by: the time-stamp counter, if its rate is
 * known; else the first of those above that moves; NULL if none does. After
 * boot_info_init(). */
const struct counter *reference_counter(void);

#endif
