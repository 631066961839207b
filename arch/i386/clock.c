/* SPDX-License-Identifier: MIT */
/* The timer's interrupt; and ticks without one. */
#include "arch/clock.h"

#include "arch/irq.h"
#include "arch/lapic.h"
#include "arch/time.h"
#include "arch/vectors.h"
#include "kernel/clock.h"
#include "kernel/printk.h"
#include "kernel/timer.h"

#define TICK_NS (1000000000u / HZ)

static bool ticks_by_itself;

static void serve_timer(struct trap_frame *frame)
{
	(void)frame;
	clock_tick();
}

void clock_init(void)
{
	interrupt_set_handler(VECTOR_TIMER, serve_timer);
	ticks_by_itself = lapic_present() && lapic_timer_hz();
	if (!ticks_by_itself)
		pr_warn("clock: no timer: tasks run until they give way\n");
}

void clock_start(void)
{
	if (ticks_by_itself)
		lapic_timer_start(HZ, VECTOR_TIMER);
}

bool clock_poll(void)
{
	static uint64_t next;
	uint64_t now;

	if (ticks_by_itself)
		return false;
	now = time_ns();
	if (now < next)
		return true;
	next = now + TICK_NS;
	clock_tick();
	return true;
}
