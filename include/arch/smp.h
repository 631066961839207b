/* SPDX-License-Identifier: MIT */
/* The number of the running CPU, and the set of all CPUs.
 *
 * A CPU has a number, from 0 (the boot CPU) up without gaps. Its APIC has
 * another number, which only arch/ uses. */
#ifndef ARCH_SMP_H
#define ARCH_SMP_H

#include "arch/percpu.h"

/* A set of CPUs: bit n is CPU n. */
typedef uint32_t cpumask_t;
STATIC_ASSERT(NR_CPUS <= 32);

#define CPUMASK_ALL	((cpumask_t)~0u)
#define cpumask_of(cpu) ((cpumask_t)1 << (cpu))

/* for (unsigned cpu in mask), lowest first. */
#define for_each_cpu(cpu, mask)                                      \
	for (cpumask_t rest_ = (mask); rest_; rest_ &= rest_ - 1)    \
		for (unsigned cpu = (unsigned)__builtin_ctzl(rest_), \
			      once_ = 1;                             \
		     once_; once_ = 0)

DECLARE_PER_CPU(unsigned, cpu_number);

/* The number of the running CPU. With preemption on, the task may run on
 * another CPU a moment later. */
static inline unsigned smp_processor_id(void)
{
	return this_cpu_read(cpu_number);
}

/* CPUs that run. Set bits stay set. Each CPU sets its own as it comes up, and
 * the boot CPU waits for it before it starts the next. */
extern cpumask_t cpu_online_mask;

/* The id of the CPU's local APIC. */
unsigned cpu_apic_id(unsigned cpu);

/* Reads that id on the running CPU, after its local APIC was turned on, if it
 * has one. Once on each CPU. */
void cpu_read_apic_id(void);

static inline unsigned num_online_cpus(void)
{
	return (unsigned)__builtin_popcountl(cpu_online_mask);
}

#endif
