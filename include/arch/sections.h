/* SPDX-License-Identifier: MIT */
/* Where the parts of the kernel image begin and end: symbols of linker.ld, all
 * page-aligned, all virtual. */
#ifndef ARCH_SECTIONS_H
#define ARCH_SECTIONS_H

#include "arch/layout.h"
#include "kernel/types.h"

extern const char percpu_start[], percpu_end[];
extern const char kernel_start[], text_start[], text_end[], rodata_start[],
	rodata_end[], data_start[], kernel_end[];

/* A stack above a page that is never mapped: an overflow faults instead of
 * overwriting other data. */
struct guarded_stack {
	uint8_t guard[PAGE_SIZE];
	uint8_t stack[STACK_SIZE];
} __attribute__((aligned(PAGE_SIZE)));

/* The stack that the boot CPU starts on and keeps. */
extern struct guarded_stack boot_stack;

/* The stack of the double-fault handler. */
extern struct guarded_stack double_fault_stack;

#endif
