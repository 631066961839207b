/* SPDX-License-Identifier: MIT */
/* The time-stamp counter as the kernel's clock. */
#ifndef ARCH_TSC_H
#define ARCH_TSC_H

#include <stdint.h>

/* Measures the counter against the PIT for two milliseconds; from then on
 * time_ns() tells the time since boot. Without a counter, or with a PIT that
 * does not run, it stays 0. Once, on the boot CPU. */
void tsc_init(void);

/* Counts per millisecond; 0 if there is no clock. */
uint32_t tsc_khz(void);

#endif
