/* SPDX-License-Identifier: MIT */
/* The task-state segment (TSS). Loft has two for each CPU: one to which the CPU
 * saves the interrupted state at a double fault, and one with the context of
 * the double-fault handler. Source: Intel SDM vol. 3, section 7.2.1. */
#ifndef ARCH_TSS_H
#define ARCH_TSS_H

#include "arch/percpu.h"
#include "kernel/compiler.h"
#include "kernel/types.h"

struct tss {
	uint32_t previous;
	uint32_t esp0, ss0, esp1, ss1, esp2, ss2;
	uint32_t cr3, eip, eflags;
	uint32_t eax, ecx, edx, ebx, esp, ebp, esi, edi;
	uint32_t es, cs, ss, ds, fs, gs, ldt;
	uint16_t trap, io_map;
};
STATIC_ASSERT(sizeof(struct tss) == 104);

/* Segment selectors: the places of arch/i386/cpu/gdt.c's descriptors. */
#define KERNEL_CODE	 0x08
#define KERNEL_DATA	 0x10
#define TSS_MAIN	 0x18
#define SHIFTED_CODE	 0x18 /* in the table of boot/entry.asm */
#define TSS_DOUBLE_FAULT 0x20
#define KERNEL_PERCPU	 0x28 /* in FS: see arch/percpu.h */

/* Where the CPU saves its state when a double fault switches tasks. */
DECLARE_PER_CPU(struct tss, main_tss);

/* Makes this CPU, with the number `cpu`, use its own segments and its own
 * per-CPU variables. `double_fault_stack_top` is the end of its stack for
 * double faults. */
void gdt_init(unsigned cpu, const void *double_fault_stack_top);

#endif
