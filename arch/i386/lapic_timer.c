/* SPDX-License-Identifier: MIT */
/* The local APIC's timer: it counts down from LAPIC_TIMER_INITIAL, raises its
 * vector at 0 and, if periodic, begins again.
 *
 * How fast it counts nobody says, so it is measured once, by the time-stamp
 * counter, as that is by the PIT: see arch/i386/tsc.c. How long it is from one
 * end of the measurement to the other does not matter.
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
#define HZ_PER_KHZ   1000u

/* Counts per second; written once, by the boot CPU. */
static uint32_t timer_hz;

static uint32_t current_count(void)
{
	return lapic_read(LAPIC_TIMER_CURRENT);
}

void lapic_timer_calibrate(void)
{
	uint32_t khz = tsc_khz();
	struct tsc_reading first, last;

	if (!khz) {
		pr_warn("local APIC: no clock to measure its timer by: it "
			"stays off\n");
		return;
	}
	lapic_write(LAPIC_LVT_TIMER, LVT_MASKED);
	lapic_write(LAPIC_TIMER_DIVIDE, DIVIDE_BY_16);
	lapic_write(LAPIC_TIMER_INITIAL, COUNT_MAX);
	first = tsc_read_with(current_count);
	while (rdtsc() - first.tsc < (uint64_t)MEASURE_MS * khz)
		cpu_relax();
	last = tsc_read_with(current_count);
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
