/* SPDX-License-Identifier: MIT */
/* The timer's interrupt; and ticks without one.
 *
 * Without a time-stamp counter nobody knows how fast the local APIC's timer is:
 * there the PIT ticks, whose rate is known, and there is one CPU, since nobody
 * could say how long to wait for others. */
#include "arch/clock.h"

#include "arch/io.h"
#include "arch/ioapic.h"
#include "arch/irq.h"
#include "arch/lapic.h"
#include "arch/pit.h"
#include "arch/time.h"
#include "arch/vectors.h"
#include "kernel/clock.h"
#include "kernel/printk.h"
#include "kernel/timer.h"

#define TICK_NS (1000000000u / HZ)

/* What interrupts HZ times a second. */
static enum {
	NOTHING,
	LAPIC_TIMER, /* each CPU's own */
	PIT,	     /* the only CPU's, through the I/O APIC */
} source;

static void serve_timer(struct trap_frame *frame)
{
	(void)frame;
	clock_tick();
}

void clock_init(void)
{
	const unsigned pit_vector = VECTOR_IRQ_BASE + IRQ_PIT;

	interrupt_set_handler(VECTOR_TIMER, serve_timer);
	if (lapic_present() && lapic_timer_hz()) {
		source = LAPIC_TIMER;
	} else if (lapic_present() &&
		   !ioapic_route_isa(IRQ_PIT, pit_vector, lapic_id())) {
		source = PIT;
		interrupt_set_handler(pit_vector, serve_timer);
		pr_info("clock: the PIT ticks\n");
	} else {
		pr_warn("clock: no timer: tasks run until they give way\n");
	}
}

static void pit_start(void)
{
	outb(PIT_PERIODIC, PIT_COMMAND);
	outb(PIT_HZ / HZ & 0xff, PIT_CHANNEL0);
	outb(PIT_HZ / HZ >> 8, PIT_CHANNEL0);
	ioapic_unmask(IRQ_PIT);
}

void clock_start(void)
{
	if (source == LAPIC_TIMER)
		lapic_timer_start(HZ, VECTOR_TIMER);
	else if (source == PIT)
		pit_start();
}

bool clock_ticks(void)
{
	return source != NOTHING;
}

bool clock_poll(void)
{
	static uint64_t next;
	uint64_t now;

	if (clock_ticks())
		return false;
	now = time_ns();
	if (now < next)
		return true;
	next = now + TICK_NS;
	clock_tick();
	return true;
}
