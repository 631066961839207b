/* SPDX-License-Identifier: MIT */
/* The local APIC's timer: it counts down from LAPIC_TIMER_INITIAL, raises its
 * vector at 0 and, if periodic, begins again.
 *
 * How fast it counts nobody says, so it is measured once. On a machine that is
 * itself a program, other programs run in between, and a clock that is read a
 * moment after the counter measures them too. So each end of the measurement
 * is read several times, and the quickest reading counts; how long it is from
 * one end to the other does not matter.
 *
 * Source: Intel SDM vol. 3, section 10.5.4. */
#include "arch/lapic.h"

#include "arch/cpu.h"
#include "arch/tsc.h"
#include "kernel/errno.h"
#include "kernel/panic.h"
#include "kernel/printk.h"

#define DIVIDE_BY_16 0x3u
#define COUNT_MAX    0xFFFFFFFFu
#define MEASURE_MS   1u
#define READINGS     8
#define HZ_PER_KHZ   1000u

/* Counts per second; written once, by the boot CPU. */
static uint32_t timer_hz;

/* Both clocks at one moment. */
struct reading {
	uint64_t tsc;
	uint32_t count;
};

static struct reading read_both(void)
{
	struct reading best = {0, 0};
	uint64_t quickest = ~(uint64_t)0;

	for (unsigned i = 0; i < READINGS; i++) {
		uint64_t before = rdtsc();
		uint32_t count = lapic_read(LAPIC_TIMER_CURRENT);
		uint64_t took = rdtsc() - before;

		if (took < quickest) {
			quickest = took;
			best.tsc = before;
			best.count = count;
		}
	}
	return best;
}

void lapic_timer_calibrate(void)
{
	uint32_t khz = tsc_khz();
	struct reading first, last;

	if (!khz) {
		pr_warn("local APIC: no clock to measure its timer by: it "
			"stays off\n");
		return;
	}
	lapic_write(LAPIC_LVT_TIMER, LVT_MASKED);
	lapic_write(LAPIC_TIMER_DIVIDE, DIVIDE_BY_16);
	lapic_write(LAPIC_TIMER_INITIAL, COUNT_MAX);
	first = read_both();
	while (rdtsc() - first.tsc < (uint64_t)MEASURE_MS * khz)
		cpu_relax();
	last = read_both();
	lapic_timer_stop();
	/* Fits in 64 bits for half a minute at 1 GHz, if it comes to that. */
	timer_hz = (uint32_t)((uint64_t)(first.count - last.count) * khz *
			      HZ_PER_KHZ / (last.tsc - first.tsc));
}

uint32_t lapic_timer_hz(void)
{
	return timer_hz;
}

int lapic_timer_start(unsigned hz, unsigned vector)
{
	BUG_ON(vector < VECTOR_FIRST || vector >= VECTOR_SPURIOUS);
	if (!timer_hz)
		return -ENODEV;
	if (!hz || hz > timer_hz)
		return -EINVAL;
	lapic_write(LAPIC_TIMER_DIVIDE, DIVIDE_BY_16);
	lapic_write(LAPIC_LVT_TIMER, LVT_PERIODIC | vector);
	lapic_write(LAPIC_TIMER_INITIAL, timer_hz / hz);
	return 0;
}

void lapic_timer_stop(void)
{
	lapic_write(LAPIC_LVT_TIMER, LVT_MASKED);
	lapic_write(LAPIC_TIMER_INITIAL, 0);
}
