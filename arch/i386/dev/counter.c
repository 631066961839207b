/* SPDX-License-Identifier: MIT */
/* Measuring one counter by another.
 *
 *	known     |-------- a millisecond or more --------|
 *	         look                                    look
 *	unknown   |---------------------------------------|
 *
 * In an emulator, other programs of the host may run between two instructions,
 * for any time. The measurement therefore does not rely on the length of a
 * wait, but reads both counters at two moments. Each moment is read several
 * times, and the fastest reading is used. If the known counter may have wrapped
 * meanwhile, the measurement starts again. */
#include "arch/counter.h"

#include "arch/cpu.h"

#define READINGS    8
#define TRIES	    8
#define MEASURES_HZ 1000u /* 1 / the least time of a measurement */

struct moment {
	uint64_t known, unknown;
};

/* Reads both counters, as closely together as possible in a few attempts. */
static struct moment look(const struct counter *by, uint64_t (*read)(void))
{
	struct moment best = {0, 0};
	uint64_t quickest = ~(uint64_t)0;

	for (unsigned i = 0; i < READINGS; i++) {
		uint64_t before = read();
		uint64_t known = by->read();
		uint64_t took = read() - before;

		if (took < quickest) {
			quickest = took;
			best.known = known;
			best.unknown = before;
		}
	}
	return best;
}

bool counter_wait(const struct counter *counter, uint64_t from, uint64_t counts)
{
	uint64_t now = counter->read(), last = now;
	unsigned still = 0;

	while (((now - from) & counter->mask) < counts) {
		if (++still == counter->patience)
			return false;
		cpu_relax();
		now = counter->read();
		if (now != last)
			still = 0;
		last = now;
	}
	return true;
}

bool counter_moves(const struct counter *counter)
{
	return (!counter->start || counter->start()) &&
	       counter_wait(counter, counter->read(), 1);
}

/* 0 if the known counter stands still. */
static uint64_t measure_once(const struct counter *by, uint64_t (*read)(void))
{
	struct moment first = look(by, read), last;
	uint64_t counts = max(by->hz / MEASURES_HZ, (uint64_t)1);

	if (!counter_wait(by, first.known, counts))
		return 0;
	last = look(by, read);
	counts = (last.known - first.known) & by->mask;
	/* 64 bits are enough for half a minute at 1 GHz by 1 GHz, if it comes
	 * to that. */
	return (last.unknown - first.unknown) * by->hz / counts;
}

uint64_t counter_measure(const struct counter *by, uint64_t (*read)(void))
{
	for (unsigned i = 0; i < TRIES; i++) {
		uint64_t hz;

		if (by->start && !by->start())
			return 0;
		hz = measure_once(by, read);
		if (!hz || !by->overran || !by->overran())
			return hz;
	}
	return 0;
}
