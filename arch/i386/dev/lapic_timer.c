/* SPDX-License-Identifier: MIT */
/* The local APIC's timer: it counts down from LAPIC_TIMER_INITIAL, raises its
 * vector at 0 and, if periodic, begins again.
 *
 * No table states its rate. It is measured once, by a counter with a known
 * rate: arch/i386/dev/counter.c.
 *
 * Source: Intel SDM vol. 3, section 10.5.4. */
#include "arch/lapic.h"

#include "kernel/errno.h"
#include "kernel/panic.h"

#define DIVIDE_BY_16 0x3u
#define COUNT_MAX    0xFFFFFFFFu

/* Counts per second; written once, by the boot CPU. */
static uint32_t timer_hz;

/* Counts since the start; it counts down. */
static uint64_t count(void)
{
	return COUNT_MAX - lapic_read(LAPIC_TIMER_CURRENT);
}

void lapic_timer_calibrate(const struct counter *by)
{
	lapic_write(LAPIC_LVT_TIMER, LVT_MASKED);
	lapic_write(LAPIC_TIMER_DIVIDE, DIVIDE_BY_16);
	lapic_write(LAPIC_TIMER_INITIAL, COUNT_MAX);
	timer_hz = (uint32_t)counter_measure(by, count);
	lapic_timer_stop();
}

uint32_t lapic_timer_hz(void)
{
	return timer_hz;
}

/* Starts the timer, periodic if `mode` is LVT_PERIODIC, else for one shot. */
static int start(unsigned hz, unsigned vector, uint32_t mode)
{
	BUG_ON(vector < VECTOR_FIRST || vector >= VECTOR_SPURIOUS);
	if (!timer_hz)
		return -ENODEV;
	if (!hz || hz > timer_hz)
		return -EINVAL;
	lapic_write(LAPIC_TIMER_DIVIDE, DIVIDE_BY_16);
	lapic_write(LAPIC_LVT_TIMER, mode | vector);
	lapic_write(LAPIC_TIMER_INITIAL, timer_hz / hz);
	return 0;
}

int lapic_timer_start(unsigned hz, unsigned vector)
{
	return start(hz, vector, LVT_PERIODIC);
}

int lapic_timer_start_once(unsigned hz, unsigned vector)
{
	return start(hz, vector, 0);
}

void lapic_timer_stop(void)
{
	lapic_write(LAPIC_LVT_TIMER, LVT_MASKED);
	lapic_write(LAPIC_TIMER_INITIAL, 0);
}
