/* SPDX-License-Identifier: MIT */
/* Where each CPU's own variables are. See arch/percpu.h. */
#include "arch/percpu.h"

#include "arch/smp.h"
#include "kernel/preempt.h"

DEFINE_PER_CPU(uintptr_t, this_cpu_offset);
DEFINE_PER_CPU(unsigned, cpu_number);
DEFINE_PER_CPU(unsigned, preempt_word);

uintptr_t per_cpu_offset[NR_CPUS];
cpumask_t cpu_online_mask = cpumask_of(0);
