/* SPDX-License-Identifier: MIT */
/* The timer chip that every PC has, whose rate is known: channel 0 interrupts
 * (arch/i386/clock.c), channel 2 is read (arch/i386/tsc.c).
 *
 * Source: Intel 8254 data sheet. */
#ifndef ARCH_PIT_H
#define ARCH_PIT_H

#define PIT_HZ	      1193182u
#define PIT_COUNT_MAX 0xFFFFu

/* Ports. */
#define PIT_CHANNEL0 0x40
#define PIT_CHANNEL2 0x42
#define PIT_COMMAND  0x43

/* Commands. */
#define PIT_PERIODIC 0x34 /* channel 0, low then high byte, mode 2 */
#define PIT_ONE_SHOT 0xB0 /* channel 2, low then high byte, mode 0 */
#define PIT_LATCH2   0x80 /* keeps channel 2's count for the next two reads */

#endif
