/* SPDX-License-Identifier: MIT */
/* Where the kernel proper begins. */
#ifndef KERNEL_START_H
#define KERNEL_START_H

#include "kernel/compiler.h"

/* Brings the kernel up, part by part, runs what the command line asks for and
 * leaves the machine. Called once by boot/entry.asm, on the boot CPU, with
 * paging on, flat segments, the boot stack, and interrupts off. */
void start_kernel(void) __noreturn;

#endif
