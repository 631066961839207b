/* SPDX-License-Identifier: MIT */
/* Starting the other CPUs. */
#ifndef KERNEL_SMP_BOOT_H
#define KERNEL_SMP_BOOT_H

#include "kernel/compiler.h"

/* Starts all other CPUs that the firmware names, or the first `maxcpus=N`. A
 * CPU that does not answer, or for which memory is too short, is reported and
 * left out. Each of the others runs tasks when this returns. On the boot CPU,
 * once there are tasks; once. */
void smp_init(void);

/* The first C function that another CPU runs: boot/trampoline.asm jumps here,
 * on the stack of its idle task, with its own page tables, interrupts off. */
void start_secondary(void) __noreturn;

#endif
