/* SPDX-License-Identifier: MIT */
/* The time-stamp counter as the kernel's clock. */
#ifndef ARCH_TSC_H
#define ARCH_TSC_H

#include "arch/cpu.h"

/* The time-stamp counter at the first instruction of C, written by
 * early_start(); 0 on a CPU without one. */
extern uint64_t boot_tsc;

/* Measures the counter against the PIT for a millisecond; if the PIT does not
 * count, uses the rate that CPUID states. From then on time_ns() returns the
 * time since boot. Without a counter or a rate it stays 0. Once, on the boot
 * CPU. */
void tsc_init(void);

/* The same by the other clocks of a PC, if tsc_init() found none; the log says
 * by which. The RTC takes up to two seconds. Once, on the boot CPU, after
 * boot_info_init(). */
void tsc_init_late(void);

/* Counts per millisecond; 0 if there is no clock. */
uint32_t tsc_khz(void);

/* A function that returns what the instruction CPUID returns. */
typedef struct cpuid (*cpuid_t)(uint32_t leaf);

/* Counts per millisecond as CPUID states them, 0 if it does not. */
uint32_t tsc_stated_khz(cpuid_t ask);

#endif
