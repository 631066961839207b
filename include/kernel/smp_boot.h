/* SPDX-License-Identifier: MIT */
/* Bringing up the other CPUs. */
#ifndef KERNEL_SMP_BOOT_H
#define KERNEL_SMP_BOOT_H

/* Starts all other CPUs that the firmware names, or the first `maxcpus=N`. A
 * CPU that does not answer, or for which memory is too short, is reported and
 * left out. Each of the others runs tasks when this returns. On the boot CPU,
 * once there are tasks; once. */
void smp_init(void);

#endif
