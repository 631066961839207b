/* SPDX-License-Identifier: MIT */
/* Waiting for so short that a tick would be too long: this CPU does nothing
 * else, but for interrupts. For more than a tick there is msleep(). Names are
 * those of Linux. Any context; preemption may make it longer. */
#ifndef KERNEL_DELAY_H
#define KERNEL_DELAY_H

/* Waits for `usecs` microseconds, `nsecs` nanoseconds, `msecs` milliseconds, or
 * a little more. */
void udelay(unsigned long usecs);
void ndelay(unsigned long nsecs);
void mdelay(unsigned long msecs);

#endif
