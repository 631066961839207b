/* SPDX-License-Identifier: MIT */
/* How a further CPU starts: what boot/trampoline.asm finds, which needs the
 * addresses and the offsets of it and has nothing else, and how the CPU is sent
 * there. */
#ifndef ARCH_TRAMPOLINE_H
#define ARCH_TRAMPOLINE_H

#include "arch/pgtable.h"

/* A page of RAM below 1 MiB, which further CPUs start in: the kernel's alone. 0
 * if there is none. boot/first_mib.c defines and sets it. */
extern phys_addr_t trampoline_phys;

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

/* Copies the code to its page, and makes ap_pdpt. Once, on the boot CPU. */
void trampoline_init(void);

/* Starts the CPU whose APIC has the id `apic_id` as number `cpu`, with what
 * ap_start names, and waits until it is in cpu_online_mask. Returns false, with
 * a line in the log, if it does not come within a second. On the boot CPU. */
bool trampoline_start_cpu(unsigned cpu, unsigned apic_id);

#endif
