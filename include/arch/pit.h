/* SPDX-License-Identifier: MIT */
/* The PIT (programmable interval timer), which nearly every PC has, with a
 * known rate. Loft uses its channel 0: to measure other counters
 * (arch/counter.h); for ticks, if the local APIC's timer cannot be used; else
 * as the watchdog's alarm.
 *
 * On a machine without one, writes have no effect and reads return ones. Any
 * context. Source: Intel 8254 data sheet. */
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

/* Whether the one-shot of pit_start_one_shot() has ended. */
bool pit_fired(void);

#endif
