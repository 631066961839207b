/* SPDX-License-Identifier: MIT */
/* The PIT as an alarm that arrives while interrupts are off.
 *
 *	tick ──> PIT, one shot, set again before it ends
 *		      │ no tick any more
 *		      └──> I/O APIC, pin as NMI ──> watchdog_alarm(), set again
 *
 * The PIT's output tells the alarm from other NMIs: it is low from the start of
 * a one-shot to its end, and high from then on. A one-shot that ends while the
 * CPU sets the next one finds it low again: `setting` tells that one.
 *
 * The local APIC's timer cannot deliver an NMI: its LVT register has a vector,
 * the delivery status, a mask and the timer's mode, but no delivery mode, which
 * the registers of LINT0, LINT1 and the performance counters have. Source:
 * Intel SDM vol. 3, section 10.5.1, figure 10-8; Intel 82093AA data sheet,
 * redirection table, delivery mode 100. */
#include "arch/nmi.h"

#include "arch/clock.h"
#include "arch/counter.h"
#include "arch/ioapic.h"
#include "arch/irqflags.h"
#include "arch/lapic.h"
#include "arch/pit.h"
#include "arch/vectors.h"
#include "kernel/compiler.h"

/* Periods of the PIT: to the first alarm, which shows whether alarms arrive;
 * and to all others, nearly the longest that it can count. */
#define TRIAL_COUNT 12u
#define ALARM_COUNT (PIT_HZ / 1000 * NMI_ALARM_MS)
STATIC_ASSERT(ALARM_COUNT <= 0xFFFF);

/* How long to wait for the first one, which is due in 10 us, in ticks. */
#define TRIAL_TICKS (HZ / 10)

static bool armed, setting, tried;

bool nmi_alarm_is_on(void)
{
	return armed;
}

bool nmi_alarm_rang(void)
{
	if (!armed || !(READ_ONCE(setting) || pit_fired()))
		return false;
	WRITE_ONCE(tried, true);
	return true;
}

/* An NMI between two of the PIT's bytes leaves the rest to what it has
 * interrupted. */
void nmi_alarm_set(void)
{
	if (!armed || READ_ONCE(setting))
		return;
	WRITE_ONCE(setting, true);
	pit_start_one_shot(ALARM_COUNT);
	WRITE_ONCE(setting, false);
}

/* Sets a first alarm and waits for it. Halts meanwhile, so that an emulator has
 * time for its PIT. */
static bool alarm_comes(void)
{
	unsigned long start = jiffies;

	ioapic_unmask(IRQ_PIT);
	pit_start_one_shot(TRIAL_COUNT);
	while (!READ_ONCE(tried) && jiffies - start < TRIAL_TICKS)
		local_irq_enable_and_halt();
	return READ_ONCE(tried);
}

bool nmi_alarm_start(void)
{
	if (!clock_leaves_pit() || !counter_moves(&pit_counter) ||
	    ioapic_route_isa_nmi(IRQ_PIT, lapic_id()))
		return false;
	armed = true;
	if (!alarm_comes()) {
		ioapic_mask(IRQ_PIT);
		armed = false;
	}
	return armed;
}

/* Takes no lock, because a panic may hold it. An alarm that is set already
 * still counts as one. */
void nmi_alarm_stop(void)
{
	WRITE_ONCE(setting, true);
}
