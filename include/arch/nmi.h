/* SPDX-License-Identifier: MIT */
/* Looking at other CPUs, whatever they do: an NMI comes through also while
 * interrupts are off. */
#ifndef ARCH_NMI_H
#define ARCH_NMI_H

#include "kernel/types.h"

/* Where another CPU was, when it was asked. */
struct cpu_snapshot {
	uint32_t eip, ebp;
	const char *task; /* its name */
	bool taken;	  /* false: the CPU did not answer */
};

/* Asks an online CPU, other than this one, where it is. False if it does not
 * answer. */
bool cpu_ask(unsigned cpu, struct cpu_snapshot *snapshot);

/* Stops all other CPUs for good. For panics; once. */
void cpus_stop(void);

/* Where a CPU was stopped. */
const struct cpu_snapshot *cpu_stopped(unsigned cpu);

#endif
