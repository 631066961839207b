/* SPDX-License-Identifier: MIT */
/* Which function called which, from the chain of frame pointers. */
#ifndef KERNEL_BACKTRACE_H
#define KERNEL_BACKTRACE_H

#include "kernel/types.h"

/* Prints the function at `pc`, and each caller up from the frame at `frame`
 * (an ebp), with names and offsets, one line each. Survives a broken chain:
 * it says so and stops. Any context. */
void backtrace_print(uint32_t pc, uint32_t frame);

#endif
