/* SPDX-License-Identifier: MIT */
/* Initialises all interrupt controllers from the firmware's tables, with every
 * source masked. Sources are unmasked later, one by one.
 *
 *   8259s    masked
 *   local APIC of the boot CPU: its registers answer, and say its id
 *   MADT ──> which CPUs, which I/O APICs
 *   local APIC of the boot CPU: on; timer measured, stopped
 *   I/O APICs: every pin masked
 *
 * * A machine without local APICs uses one CPU, which polls. */
#include "arch/interrupts.h"

#include "arch/ioapic.h"
#include "arch/lapic.h"
#include "arch/pic.h"
#include "arch/tsc.h"
#include "boot/boot_info.h"
#include "kernel/printk.h"

struct madt_info madt_info;

/* Without local APICs no message reaches another CPU. */
static void go_without_apics(void)
{
	madt_assume_one_cpu(&madt_info, 0);
	pr_info("interrupts: no local APIC: one CPU, no timer\n");
}

/* The local APIC comes first, because reading the table needs its id. */
void interrupts_init(void)
{
	unsigned pins;

	pic_init();
	if (!lapic_setup()) {
		go_without_apics();
		return;
	}
	acpi_madt_read(&boot_info.rsdp, lapic_id(), &madt_info);
	lapic_apply_madt(&madt_info);
	lapic_init();
	/* Else the PIT is tried first: arch/i386/dev/clock.c. */
	if (tsc_khz())
		lapic_timer_calibrate(reference_counter());
	pins = ioapic_init(&madt_info);
	pr_info("interrupts: CPUs: %u, APIC id of this one: %u, its timer: %lu "
		"kHz, pins of I/O APICs: %u\n",
		madt_info.cpus, lapic_id(),
		(unsigned long)lapic_timer_hz() / 1000, pins);
}
