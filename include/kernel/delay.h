/* SPDX-License-Identifier: MIT */
/* Waits shorter than a tick: the task spins, and only interrupts run meanwhile.
 * For more than a tick use msleep(). Names are those of Linux. Any context;
 * preemption may make a wait longer. */
#ifndef KERNEL_DELAY_H
#define KERNEL_DELAY_H

/* Waits for `usecs` microseconds, `nsecs` nanoseconds, `msecs` milliseconds, or
 * a little more. */
void udelay(unsigned long usecs);
void ndelay(unsigned long nsecs);
void mdelay(unsigned long msecs);

#endif
