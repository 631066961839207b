/* SPDX-License-Identifier: MIT */
/* The task-state segment: in Loft, which stack a trap uses, and a whole spare
 * context for double faults. Source: Intel SDM vol. 3, section 7.2.1. */
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

/* What the CPU saves its state to when a double fault switches tasks. */
DECLARE_PER_CPU(struct tss, main_tss);

/* Fills in the double-fault task, whose stack ends at `stack_top`; its page
 * tables are the current ones. */
void double_fault_init(struct tss *tss, const void *stack_top);

/* Called by traps.asm in the double-fault task. Panics, unless
 * double_fault_hook takes it, then returns to the state in main_tss. */
void double_fault_handler(void);

/* Called with the state that the double fault ended, if not NULL. It may put
 * another state there and return true, and that goes on: tests expect stack
 * overflows with it. */
extern bool (*double_fault_hook)(struct tss *interrupted);

#endif
