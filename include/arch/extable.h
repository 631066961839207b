/* SPDX-License-Identifier: MIT */
/* Touching memory that may not be there, and getting an answer instead of a
 * panic.
 *
 *	uint32_t word;
 *	if (copy_from_kernel_nofault(&word, addr, sizeof(word)) < 0)
 *		... no such address ...
 *
 * An instruction that may fault is named in the exception table, a linker
 * section of pairs (address of the instruction, where to go on instead). The
 * trap handler looks there before it gives up. */
#ifndef ARCH_EXTABLE_H
#define ARCH_EXTABLE_H

#include "arch/traps.h"
#include "kernel/task.h"
#include "kernel/types.h"

/* Inline assembly's way into the table: labels `from` and `to`. */
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

/* Calls the code at `addr`, as a function without arguments, and comes back:
 * 0, or -EFAULT if the call itself faults because no instruction may be read
 * there. For tests of execution protection. */
int call_nofault(uint32_t addr);

/* The fault that ended the last of the above calls that returned -EFAULT to
 * this task. */
#define last_fixed_fault (current->fixed_fault)

/* Sends `frame` on to the fixup of its instruction. False when the table does
 * not name it. Called by the trap handler. */
bool extable_fixup(struct trap_frame *frame);

#endif
