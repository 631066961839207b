/* SPDX-License-Identifier: MIT */
/* Other CPUs. smp_call_function() and on_each_cpu() are Linux's by name and
 * arguments, and return nothing; so is smp_call_function_single(). */
#ifndef LINUX_SMP_H
#define LINUX_SMP_H

#include <linux/types.h>
#include <linux/cpumask.h>
#include <linux/preempt.h>
#include "arch/ipi.h"

/* This CPU's number, and preemption off, until put_cpu(). */
#define get_cpu()                        \
	({                               \
		preempt_disable();       \
		(int)smp_processor_id(); \
	})
#define put_cpu()	       preempt_enable()
#define raw_smp_processor_id() smp_processor_id()

#endif
