/* SPDX-License-Identifier: MIT */
/* The start of the kernel proper. */
#ifndef KERNEL_START_H
#define KERNEL_START_H

#include "kernel/compiler.h"

/* Initialises the kernel, part by part, runs the tests that the command line
 * asks for, and ends the machine. Called once by boot/entry.asm, on the boot
 * CPU, with paging on, flat segments, the boot stack, and interrupts off. */
void start_kernel(void) __noreturn;

#endif
