/* SPDX-License-Identifier: MIT */
/* The clock: the time-stamp counter, measured once against the timer chip
 * whose rate every PC knows. A millisecond gives about a permille, which is
 * plenty for stamps in a log; under -icount it costs a million instructions,
 * which is why it is not more.
 *
 * On a machine that is itself a program, other programs run in between, for
 * any time at all. So what counts is not how long this CPU believes to have
 * waited, but what both counters say at two moments; each moment is read
 * several times, and the quickest reading is taken. Longer than the chip can
 * count, 55 ms, is tried again.
 *
 * Source: Intel 8254 data sheet; the gate of channel 2 is bit 0 of port 0x61
 * and its output, which rises when the count has passed 0, bit 5. */
#include "arch/tsc.h"

#include "arch/cpu.h"
#include "arch/io.h"
#include "arch/pit.h"
#include "arch/time.h"
#include "boot/early.h"

#define SYSTEM_PORT   0x61
#define GATE2	      0x01
#define SPEAKER	      0x02
#define OUT2	      0x20
#define PIT_TICKS     (PIT_HZ / 1000) /* to measure for, at least */
#define POLLS_AT_MOST 200000u
#define TRIES	      8
#define READINGS      8

static uint32_t khz;

uint32_t tsc_khz(void)
{
	return khz;
}

struct tsc_reading tsc_read_with(uint32_t (*read_count)(void))
{
	struct tsc_reading best = {0, 0};
	uint64_t quickest = ~(uint64_t)0;

	for (unsigned i = 0; i < READINGS; i++) {
		uint64_t before = rdtsc();
		uint32_t count = read_count();
		uint64_t took = rdtsc() - before;

		if (took < quickest) {
			quickest = took;
			best.tsc = before;
			best.count = count;
		}
	}
	return best;
}

static void pit_start(void)
{
	outb((inb(SYSTEM_PORT) & ~SPEAKER) | GATE2, SYSTEM_PORT);
	outb(PIT_ONE_SHOT, PIT_COMMAND);
	outb(PIT_COUNT_MAX & 0xff, PIT_CHANNEL2);
	outb(PIT_COUNT_MAX >> 8, PIT_CHANNEL2);
}

/* It counts down. */
static uint32_t pit_count(void)
{
	uint32_t low;

	outb(PIT_LATCH2, PIT_COMMAND);
	low = inb(PIT_CHANNEL2);
	return low | (uint32_t)inb(PIT_CHANNEL2) << 8;
}

/* Counts per millisecond; 0 if the chip does not count, or has run out. */
static uint32_t measure_khz(void)
{
	struct tsc_reading first, last;
	unsigned polls = POLLS_AT_MOST;

	pit_start();
	first = tsc_read_with(pit_count);
	while (first.count - pit_count() < PIT_TICKS && --polls)
		cpu_relax();
	last = tsc_read_with(pit_count);
	if (!polls || inb(SYSTEM_PORT) & OUT2)
		return 0;
	return (uint32_t)((last.tsc - first.tsc) * PIT_HZ /
			  (first.count - last.count) / 1000);
}

void tsc_init(void)
{
	if (!cpu_features.tsc)
		return;
	for (unsigned i = 0; i < TRIES && !khz; i++)
		khz = measure_khz();
}

uint64_t time_ns(void)
{
	uint64_t ticks;

	if (!khz)
		return 0;
	ticks = rdtsc() - boot_tsc;
	/* In two steps: ticks * 10^6 would overflow after two hours. */
	return ticks / khz * 1000000 + ticks % khz * 1000000 / khz;
}
