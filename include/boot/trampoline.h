/* SPDX-License-Identifier: MIT */
/* What boot/trampoline.asm and arch/i386/smp.c have in common: the first needs
 * the addresses and the offsets of it, and finds nothing else. */
#ifndef BOOT_TRAMPOLINE_H
#define BOOT_TRAMPOLINE_H

#include "arch/pgtable.h"

/* The code that is copied to where a CPU starts. */
extern const char trampoline_start[], trampoline_end[];

/* The page tables that a CPU has before its own: those of the boot CPU, with
 * the image also at its physical address. And whether it has NX. */
extern pte_t ap_pdpt[PTRS_PER_PDPT];
extern bool ap_has_nx;

/* The CPU that is being started. The first three are where the trampoline
 * expects them. */
struct ap_start {
	/* 1 while a CPU is awaited. The one that comes exchanges it with 0, and
	 * so knows that stack and page tables are its own; a CPU that finds 0
	 * halts. Ids are not asked: CPUID's may be out of date, and the APIC's
	 * registers may not answer yet. */
	uint32_t awaited;
	uint32_t pdpt; /* physical */
	uint8_t *stack_top;
	unsigned cpu;
	struct task *idle;
	uint8_t *double_fault_stack;
};
extern struct ap_start ap_start;

/* The first C that a CPU runs, on the stack of its idle task, with its own
 * page tables, interrupts off. */
void start_secondary(void) __noreturn;

#endif
