/* SPDX-License-Identifier: MIT */
/* What a tick takes from the task that it interrupts. */
#include "kernel/bench.h"

#include <linux/jiffies.h>

#include "arch/cpu.h"

#define TICKS 50

/* Ticks of the time-stamp counter from the look at the time before the last to
 * the end; looks until it finds another time, if `changed`, or once. A tick
 * comes on either side of a look. */
static uint64_t look(bool changed)
{
	unsigned long now = READ_ONCE(jiffies);
	uint64_t before, last = rdtsc();

	do {
		before = last;
		last = rdtsc();
		barrier();
	} while (changed && READ_ONCE(jiffies) == now);
	return rdtsc() - before;
}

BENCH(tick)
{
	uint64_t usual = look(false);

	for (unsigned i = 0; i < TICKS; i++)
		bench_record(look(true) - usual);
}
