/* SPDX-License-Identifier: MIT */
/* Chooses the timer that ticks. A source is used only after one of its ticks
 * was counted, because some chips answer and are not connected, and some tables
 * name the wrong pin. The sources, in this order:
 *
 *	each CPU's local APIC timer, its rate measured by the TSC
 *	the PIT, whose rate is known, by the pin that the MADT names, or by
 *	    another one that PCs have used
 *	the local APIC timer, measured by any other counter
 *	nothing: the idle task looks at a counter
 *
 * Without a time-stamp counter Loft uses one CPU, because it cannot limit the
 * wait for others. */
#include "arch/clock.h"

#include "arch/counter.h"
#include "arch/interrupts.h"
#include "arch/io.h"
#include "arch/ioapic.h"
#include "arch/irq.h"
#include "arch/irqflags.h"
#include "arch/lapic.h"
#include "arch/pit.h"
#include "arch/tsc.h"
#include "arch/vectors.h"
#include "kernel/panic.h"
#include "kernel/printk.h"

#define VECTOR_PIT (VECTOR_IRQ_BASE + IRQ_PIT)

/* To try the local APIC's timer, it interrupts once, after 1/TRIAL_HZ seconds.
 * Periodic interrupts at this rate would leave a slow machine (Bochs) no time
 * in between. */
#define TRIAL_HZ 50000u

/* The wait for a tick: so many writes to a port without a device. Each takes a
 * microsecond on a PC, and less in an emulator. */
#define DELAY_PORT    0x80
#define POLLS_AT_MOST 4000000u

/* The timer that interrupts HZ times a second. */
static enum {
	NOTHING,
	LAPIC_TIMER, /* each CPU's own */
	PIT,	     /* the only CPU's, through the I/O APIC */
} source;

/* The counter that the idle task reads if no timer interrupts, and its counts
 * in a tick. */
static const struct counter *polled;
static uint64_t counts_per_tick;

static void serve_timer(struct trap_frame *frame)
{
	clock_tick(frame);
}

static void serve_rest(struct trap_frame *frame)
{
	(void)frame;
	clock_rest();
}

void clock_ask_rest(void)
{
	if (lapic_present())
		lapic_send_ipi(lapic_id(), VECTOR_TIMERS);
}

/* ---- Trials -------------------------------------------------------------- */

/* Turns interrupts on until a tick is counted; false if none comes. */
static bool tick_comes(void)
{
	unsigned long before = jiffies;

	local_irq_enable();
	for (unsigned n = 0; jiffies == before && n < POLLS_AT_MOST; n++)
		outb(0, DELAY_PORT);
	local_irq_disable();
	return jiffies != before;
}

static bool lapic_timer_ticks(void)
{
	bool ticks;

	if (!lapic_present() || !lapic_timer_hz())
		return false;
	lapic_timer_start_once(min(TRIAL_HZ, lapic_timer_hz()), VECTOR_TIMER);
	ticks = tick_comes();
	lapic_timer_stop();
	if (!ticks)
		pr_warn("clock: the local APIC's timer does not interrupt\n");
	return ticks;
}

/* Whether the PIT's ticks come by the pin that madt_info names. */
static bool pit_ticks_there(void)
{
	bool ticks;

	if (ioapic_route_isa(IRQ_PIT, VECTOR_PIT, lapic_id()))
		return false;
	pit_start_periodic(HZ);
	ioapic_unmask(IRQ_PIT);
	ticks = tick_comes();
	ioapic_mask(IRQ_PIT);
	return ticks;
}

/* Tries the pin that PCs use: the first I/O APICs had the 8259s' output at pin
 * 0, and therefore the PIT's at pin 2. */
static bool pit_ticks_elsewhere(void)
{
	static const uint32_t usual[] = {2, 0};
	struct madt_irq *irq = &madt_info.irq[IRQ_PIT];
	const struct madt_irq named = *irq;

	for (size_t i = 0; i < ARRAY_SIZE(usual); i++) {
		if (usual[i] == named.gsi)
			continue;
		*irq = (struct madt_irq){.gsi = usual[i]};
		if (pit_ticks_there()) {
			pr_warn("clock: the PIT's interrupt comes by pin %lu, "
				"not by pin %lu as the MADT says\n",
				(unsigned long)irq->gsi,
				(unsigned long)named.gsi);
			return true;
		}
	}
	*irq = named;
	return false;
}

static bool pit_ticks(void)
{
	if (!lapic_present() || !counter_moves(&pit_counter))
		return false;
	if (pit_ticks_there() || pit_ticks_elsewhere())
		return true;
	pr_warn("clock: the PIT counts, but its interrupt comes by no pin\n");
	return false;
}

/* Measures the local APIC's timer by any counter, and tries it. */
static bool lapic_timer_ticks_after_all(void)
{
	const struct counter *by;

	if (!lapic_present() || lapic_timer_hz())
		return false;
	by = reference_counter();
	if (by)
		lapic_timer_calibrate(by);
	if (!lapic_timer_ticks())
		return false;
	pr_info("clock: the local APIC's timer ticks, %lu kHz by the %s\n",
		(unsigned long)lapic_timer_hz() / 1000, by->name);
	return true;
}

/* ---- Choosing ------------------------------------------------------------ */

static void poll_counter(void)
{
	polled = reference_counter();
	if (!polled || polled->hz < HZ)
		panic("This machine has no clock: no time-stamp counter whose "
		      "rate is known, no PIT, HPET or ACPI PM timer that "
		      "counts, no timer that interrupts. Loft needs one of "
		      "them. In QEMU: leave out pit=off.");
	counts_per_tick = polled->hz / HZ;
	pr_warn("clock: no timer: tasks run until they give way; the idle task "
		"looks at the %s\n",
		polled->name);
}

void clock_init(void)
{
	interrupt_set_handler(VECTOR_TIMER, serve_timer);
	interrupt_set_handler(VECTOR_PIT, serve_timer);
	interrupt_set_handler(VECTOR_TIMERS, serve_rest);
	if (lapic_timer_ticks()) {
		source = LAPIC_TIMER;
	} else if (pit_ticks()) {
		source = PIT;
		pr_info("clock: the PIT ticks\n");
	} else if (lapic_timer_ticks_after_all()) {
		source = LAPIC_TIMER;
	} else {
		poll_counter();
	}
}

void clock_start(void)
{
	if (source == LAPIC_TIMER) {
		lapic_timer_start(HZ, VECTOR_TIMER);
	} else if (source == PIT) {
		pit_start_periodic(HZ);
		ioapic_unmask(IRQ_PIT);
	}
}

bool clock_ticks(void)
{
	return source != NOTHING;
}

bool clock_leaves_pit(void)
{
	return source == LAPIC_TIMER;
}

bool clock_poll(void)
{
	static uint64_t last;
	uint64_t now;

	if (clock_ticks())
		return false;
	now = polled->read();
	if (((now - last) & polled->mask) < counts_per_tick)
		return true;
	last = now;
	clock_tick(NULL);
	return true;
}
