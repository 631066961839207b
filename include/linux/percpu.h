/* SPDX-License-Identifier: MIT */
/* Variables of which each CPU has its own: they start as zero. Addresses are
 * those of arch/percpu.h. */
#ifndef LINUX_PERCPU_H
#define LINUX_PERCPU_H

#include <linux/types.h>
#include <linux/smp.h>
#include "arch/percpu.h"

/* This CPU's, with preemption off until put_cpu_var(). */
#define get_cpu_var(var)            \
	(*({                        \
		preempt_disable();  \
		this_cpu_ptr(&var); \
	}))
#define put_cpu_var(var)          \
	do {                      \
		(void)&(var);     \
		preempt_enable(); \
	} while (0)
#define __this_cpu_read(var)			  this_cpu_read(var)
#define __this_cpu_write(var, v)		  this_cpu_write(var, v)
#define __this_cpu_inc(var)			  this_cpu_inc(var)
#define __this_cpu_dec(var)			  this_cpu_dec(var)
#define __this_cpu_add(var, n)			  this_cpu_add(var, n)
#define DEFINE_PER_CPU_SHARED_ALIGNED(type, name) DEFINE_PER_CPU(type, name)

#endif
