/* SPDX-License-Identifier: MIT */
/* CPUs. Loft's sets of CPUs are words, and its for_each_cpu() declares the
 * variable, so only the forms without a set are Linux's. */
#ifndef LINUX_CPUMASK_H
#define LINUX_CPUMASK_H

#include <linux/types.h>
#include "arch/smp.h"

#define nr_cpu_ids	NR_CPUS
#define cpu_online(cpu) (1 & cpu_online_mask >> (cpu))

#define for_each_online_cpu(cpu)                  \
	for ((cpu) = 0; (cpu) < NR_CPUS; (cpu)++) \
		if (cpu_online(cpu))
#define for_each_possible_cpu(cpu) for_each_online_cpu(cpu)
#define num_possible_cpus()	   num_online_cpus()

#endif
