/* SPDX-License-Identifier: MIT */
/* Starting another CPU: the data that boot/trampoline.asm reads, by their
 * addresses and offsets, and the functions that send a CPU there. */
#ifndef ARCH_TRAMPOLINE_H
#define ARCH_TRAMPOLINE_H

#include "arch/pgtable.h"

/* A page of RAM below 1 MiB that the kernel owns, in which other CPUs start. 0
 * if there is none. boot/first_mib.c defines and sets it. */
extern phys_addr_t trampoline_phys;

/* The code that is copied to that page. */
extern const char trampoline_start[], trampoline_end[];

/* The page tables that a CPU uses before its own: those of the boot CPU, with
 * the image also at its physical address. And whether the CPU has NX. */
extern pte_t ap_pdpt[PTRS_PER_PDPT];
extern bool ap_has_nx;

/* The CPU that is being started. The first three are where the trampoline
 * expects them. */
struct ap_start {
	/* 1 while a CPU is expected. A CPU that starts exchanges it with 0. If
	 * it was 1, stack and page tables belong to this CPU; if it was 0, the
	 * CPU halts. Ids are not compared: CPUID's may be out of date, and the
	 * APIC's registers may not answer yet. */
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

/* Starts the CPU with the APIC id `apic_id` as number `cpu`, with the memory
 * that ap_start names, and waits until it is in cpu_online_mask. Returns false,
 * with a line in the log, if it does not start within a second. On the boot
 * CPU. */
bool trampoline_start_cpu(unsigned cpu, unsigned apic_id);

#endif
