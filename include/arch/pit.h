/* SPDX-License-Identifier: MIT */
/* The timer chip that every PC has, and whose rate is known. Loft uses its
 * channel 0: to measure other counters by (arch/counter.h); where the local
 * APIC's timer cannot be used, to tick; else as the watchdog's alarm.
 *
 * On a machine without one, writes are lost and reads give ones. Any context.
 * Source: Intel 8254 data sheet. */
#ifndef ARCH_PIT_H
#define ARCH_PIT_H

#include "kernel/types.h"

#define PIT_HZ 1193182u

/* Ports. */
#define PIT_CHANNEL0 0x40
#define PIT_COMMAND  0x43

/* Interrupts `hz` times a second from now on; 19 times at least. */
void pit_start_periodic(unsigned hz);

/* Interrupts once, `count` periods of 1/PIT_HZ seconds from now; 65535 at
 * most. */
void pit_start_one_shot(unsigned count);

/* Whether what pit_start_one_shot() has started is over. */
bool pit_fired(void);

#endif
