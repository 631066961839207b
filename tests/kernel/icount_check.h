/* SPDX-License-Identifier: MIT */
/* Whether a machine counts instructions (ICOUNT=1): only there a cost may
 * decide about a test. Elsewhere the time-stamp counter says what else the host
 * has to do. */
#ifndef TESTS_KERNEL_ICOUNT_CHECK_H
#define TESTS_KERNEL_ICOUNT_CHECK_H

#include "arch/cpu.h"

/* Whether one instruction is one tick of the time-stamp counter. */
static inline bool instructions_counted(void)
{
	uint64_t start = rdtsc();
	unsigned times = 1000;

	__asm__ volatile("1: dec %0; jnz 1b" : "+r"(times));
	start = rdtsc() - start;
	return start >= 2000 && start < 2020;
}

#endif
