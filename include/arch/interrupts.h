/* SPDX-License-Identifier: MIT */
/* The machine's interrupt controllers as a whole. */
#ifndef ARCH_INTERRUPTS_H
#define ARCH_INTERRUPTS_H

#include "arch/madt.h"

/* The processors and I/O APICs of this machine. Without local APICs
 * (lapic_present()) it is one CPU, and no I/O APIC. Constant after
 * clock_init(), which corrects the PIT's pin. */
extern struct madt_info madt_info;

/* Finds the controllers and brings them to a known state in which only NMIs are
 * delivered: the 8259s moved and masked, the boot CPU's local APIC on with its
 * timer measured and stopped, every pin of the I/O APICs masked. Logs what
 * there is. Once, on the boot CPU, with interrupts off, after tsc_init() and
 * fixmap_init(). */
void interrupts_init(void);

#endif
