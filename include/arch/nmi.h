/* SPDX-License-Identifier: MIT */
/* Asking other CPUs where they are. An NMI reaches a CPU even while it has
 * interrupts off. */
#ifndef ARCH_NMI_H
#define ARCH_NMI_H

#include "kernel/types.h"

/* Where a CPU was when its NMI arrived. */
struct cpu_snapshot {
	uint32_t eip, ebp;
	const char *task; /* its name */
	bool taken;	  /* false: the CPU did not answer */
};

/* Asks the online CPU `cpu`, not the running one, where it is, and fills
 * `*snapshot`. Returns false if that CPU does not answer. Any context. */
bool cpu_ask(unsigned cpu, struct cpu_snapshot *snapshot);

/* Stops all other CPUs for ever. For panics; once. */
void cpus_stop(void);

/* Where cpus_stop() stopped `cpu`. */
const struct cpu_snapshot *cpu_stopped(unsigned cpu);

#endif
