/* SPDX-License-Identifier: MIT */
/* The chain of calls, from frame pointers. */
#ifndef KERNEL_BACKTRACE_H
#define KERNEL_BACKTRACE_H

#include "kernel/types.h"

/* Prints the function at `pc`, and each caller up from the frame at `frame` (an
 * ebp), with names and offsets, one line each. Stops at a broken chain, with a
 * line that says so. Any context. */
void backtrace_print(uint32_t pc, uint32_t frame);

#endif
