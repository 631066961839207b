/* SPDX-License-Identifier: MIT */
/* Accesses to memory that may not be mapped: they return an error instead of a
 * panic.
 *
 *	uint32_t word;
 *	if (copy_from_kernel_nofault(&word, addr, sizeof(word)) < 0)
 *		... no such address ...
 *
 * An instruction that may fault is listed in the exception table, a linker
 * section of pairs (address of the instruction, address of the fixup to
 * continue at). The trap handler searches it before it panics. */
#ifndef ARCH_EXTABLE_H
#define ARCH_EXTABLE_H

#include "arch/traps.h"
#include "kernel/task.h"
#include "kernel/types.h"

/* Adds an entry to the table, in inline assembly: labels `from` and `to`. */
#define EXTABLE(from, to)                                         \
	".pushsection .extable, \"a\"\n .long " from ", " to "\n" \
	".popsection\n"

/* Copies `size` bytes from a kernel address that may fault. 0, or -EFAULT at
 * the first byte that cannot be read; those before it are copied. Any
 * context. */
int copy_from_kernel_nofault(void *dst, const void *src, size_t size);

/* Copies `size` bytes to a kernel address that may fault or be read-only. 0,
 * or -EFAULT; bytes before the one that faulted are written. Any context. */
int copy_to_kernel_nofault(void *dst, const void *src, size_t size);

/* Calls the code at `addr`, as a function without arguments. Returns 0, or
 * -EFAULT if the call itself faults because no instruction may be fetched
 * there. For tests of execution protection. */
int call_nofault(uint32_t addr);

/* The fault that ended the last of the above calls that returned -EFAULT to
 * this task. */
#define last_fixed_fault (current->fixed_fault)

/* Makes `frame` continue at the fixup of its instruction. False if the table
 * has none. Called by the trap handler. */
bool extable_fixup(struct trap_frame *frame);

#endif
