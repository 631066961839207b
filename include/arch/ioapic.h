/* SPDX-License-Identifier: MIT */
/* I/O APICs: they receive the interrupt lines of devices, and send messages to
 * a CPU's local APIC.
 *
 *	ioapic_route_isa(4, VECTOR_IRQ_BASE + 4, lapic_id());
 *	ioapic_unmask(4);
 *
 * ISA lines are named by their old numbers (0 the PIT, 1 the keyboard, 4 the
 * first serial port). The MADT says at which pin each of them ends.
 *
 * Context: any but NMI; ioapic_init() during boot. Source: Intel 82093AA data
 * sheet. */
#ifndef ARCH_IOAPIC_H
#define ARCH_IOAPIC_H

#include "arch/madt.h"
#include "kernel/types.h"

/* Maps the I/O APICs of `madt`, which must stay, and masks all their pins. One
 * that does not answer is named in the log and left out. Returns how many pins
 * there are. Once, on the boot CPU. */
unsigned ioapic_init(const struct madt_info *madt);

/* Masks every pin of every I/O APIC, and removes all routes. */
void ioapic_mask_all(void);

/* Routes ISA line `irq` to `vector` (VECTOR_FIRST or above) of the CPU with
 * that APIC id, with the trigger and polarity that the MADT has for the line,
 * and masks it. Returns 0, or with nothing changed:
 *   -EINVAL  there is no such line (2 led to the other 8259), or no CPU can
 *            have that id
 *   -ENODEV  it ends at no I/O APIC that Loft has */
int ioapic_route_isa(unsigned irq, unsigned vector, unsigned apic_id);

/* Routes ISA line `irq` to that CPU as an NMI. All else as above. */
int ioapic_route_isa_nmi(unsigned irq, unsigned apic_id);

/* Masks or unmasks a line. An edge that comes while it is masked is lost. 0, or
 * what ioapic_route_isa() returns for such a line. */
int ioapic_mask(unsigned irq);
int ioapic_unmask(unsigned irq);

#endif
