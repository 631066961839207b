/* SPDX-License-Identifier: MIT */
/* From the firmware's tables to silence, the state in which interrupts can be
 * let in one by one.
 *
 *   MADT ──> which CPUs, which I/O APICs
 *   8259s    masked
 *   local APIC of the boot CPU: on; timer measured, stopped
 *   I/O APICs: every pin masked
 *
 * A machine without local APICs stays a machine of one CPU that polls. */
#include "arch/interrupts.h"

#include "arch/cpu.h"
#include "arch/ioapic.h"
#include "arch/lapic.h"
#include "arch/pic.h"
#include "boot/boot_init.h"
#include "kernel/printk.h"

struct madt_info madt_info;

/* The id that this CPU's local APIC had when it was switched on. */
static unsigned initial_apic_id(void)
{
	return cpuid(1).ebx >> 24;
}

/* What the table says of other CPUs, nobody could tell them. */
static void go_without_apics(void)
{
	madt_info.cpus_left_out += madt_info.cpus - 1;
	madt_info.cpus = 1;
	madt_info.ioapics = 0;
	pr_info("interrupts: no local APIC: one CPU, no timer\n");
}

void interrupts_init(void)
{
	unsigned pins;

	acpi_madt_read(&boot_info.rsdp, initial_apic_id(), &madt_info);
	pic_init();
	if (!lapic_setup(&madt_info)) {
		go_without_apics();
		return;
	}
	lapic_init();
	lapic_timer_calibrate();
	pins = ioapic_init(&madt_info);
	pr_info("interrupts: CPUs: %u, APIC id of this one: %u, its timer: %lu "
		"kHz, pins of I/O APICs: %u\n",
		madt_info.cpus, lapic_id(),
		(unsigned long)lapic_timer_hz() / 1000, pins);
}
