/* SPDX-License-Identifier: MIT */
/* ACPI's Multiple APIC Description Table: the processors, the I/O APICs, and
 * where the lines of the ISA bus end.
 *
 *	struct madt_info info;
 *
 *	acpi_madt_read(&boot_info.rsdp, lapic_id(), &info);
 *	for (unsigned i = 1; i < info.cpus; i++)
 *		start_cpu(info.apic_id[i]);
 *
 * Source: ACPI Specification 6.4, 5.2.12. */
#ifndef ARCH_MADT_H
#define ARCH_MADT_H

#include "arch/smp.h"
#include "arch/vectors.h"
#include "boot/boot_info.h"
#include "kernel/types.h"

#define MADT_IOAPICS_MAX 4

/* The id for all processors at once; no single one has it. */
#define APIC_ID_ALL 255u

struct madt_ioapic {
	uint32_t phys;	   /* of its registers */
	uint32_t gsi_base; /* the global number of its pin 0 */
};

/* Where a line of the ISA bus ends, and its polarity and trigger. */
struct madt_irq {
	uint32_t gsi;	 /* global system interrupt: an I/O APIC's pin */
	bool active_low; /* else high */
	bool level;	 /* else edge */
};

struct madt_info {
	phys_addr_t lapic_phys; /* of every local APIC; 0: not stated */
	unsigned nmi_pins;	/* bit n: LINTn of local APICs carries NMI */

	/* Processors that can be started; the boot CPU is number 0. */
	unsigned cpus;
	uint8_t apic_id[NR_CPUS];
	unsigned cpus_left_out; /* beyond NR_CPUS, or not below id 255 */

	unsigned ioapics;
	struct madt_ioapic ioapic[MADT_IOAPICS_MAX];
	struct madt_irq irq[ISA_IRQS];
};

/* Fills `*info` for a machine without a table: one CPU, with that APIC id; no
 * I/O APIC; each ISA line at the global interrupt of the same number. Any
 * context. */
void madt_assume_one_cpu(struct madt_info *info, unsigned boot_apic_id);

/* Reads a MADT of `size` bytes at `table`, which begins with its header.
 * `boot_apic_id` is that of the running CPU, from its local APIC: firmware may
 * have changed it since the reset, and CPUID then returns the old one. The
 * whole table is checked before it is used. Returns 0, or -EINVAL with a
 * sentence in the log and `*info` as madt_assume_one_cpu() fills it. Entries
 * that are valid but cannot be used are left out, each kind with a line in the
 * log: processors or I/O APICs that are listed twice or are too many, overrides
 * of lines that do not exist. Entries of other kinds are skipped. Allocates
 * nothing; any context. */
int acpi_madt_parse(const void *table, size_t size, unsigned boot_apic_id,
		    struct madt_info *info);

/* Finds the MADT and reads it; without one, madt_assume_one_cpu(). Boot, on one
 * CPU, with nothing in early_memremap()'s window. */
void acpi_madt_read(const struct boot_rsdp *rsdp, unsigned boot_apic_id,
		    struct madt_info *info);

#endif
