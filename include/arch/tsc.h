/* SPDX-License-Identifier: MIT */
/* The time-stamp counter as the kernel's clock. */
#ifndef ARCH_TSC_H
#define ARCH_TSC_H

#include <stdint.h>

/* Measures the counter against the PIT for a millisecond; from then on
 * time_ns() tells the time since boot. Without a counter, or with a PIT that
 * does not run, it stays 0. Once, on the boot CPU. */
void tsc_init(void);

/* Counts per millisecond; 0 if there is no clock. */
uint32_t tsc_khz(void);

/* What two counters say at one moment. */
struct tsc_reading {
	uint64_t tsc;
	uint32_t count; /* the other one */
};

/* Reads the time-stamp counter together with another, which `read_count`
 * reads: as closely together as some attempts allow. Any context. */
struct tsc_reading tsc_read_with(uint32_t (*read_count)(void));

#endif
