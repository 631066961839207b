/* SPDX-License-Identifier: MIT */
/* Per-CPU variables in a process: arrays, and the number of the CPU that the
 * test has chosen. See include/arch/percpu.h. */
#ifndef ARCH_PERCPU_H
#define ARCH_PERCPU_H

#include "kernel/compiler.h"
#include "kernel/types.h"

#define NR_CPUS 32

/* Which CPU runs: a test sets it. */
extern unsigned host_cpu;

#define DEFINE_PER_CPU(type, name)  __typeof__(type) name[NR_CPUS]
#define DECLARE_PER_CPU(type, name) extern __typeof__(type) name[NR_CPUS]

#define per_cpu(var, cpu)     ((var)[cpu])
#define per_cpu_ptr(ptr, cpu) (&(*(ptr))[cpu])
#define this_cpu_ptr(ptr)     per_cpu_ptr(ptr, host_cpu)

#define this_cpu_read(var)	    ((var)[host_cpu])
#define this_cpu_write(var, value)  ((void)((var)[host_cpu] = (value)))
#define this_cpu_add(var, n)	    ((void)((var)[host_cpu] += (n)))
#define this_cpu_sub(var, n)	    ((void)((var)[host_cpu] -= (n)))
#define this_cpu_and(var, n)	    ((void)((var)[host_cpu] &= (n)))
#define this_cpu_or(var, n)	    ((void)((var)[host_cpu] |= (n)))
#define this_cpu_inc(var)	    this_cpu_add(var, 1)
#define this_cpu_dec(var)	    this_cpu_sub(var, 1)
#define this_cpu_test(var, bits)    (((var)[host_cpu] & (bits)) != 0)
#define this_cpu_equals(var, value) ((var)[host_cpu] == (value))
#define this_cpu_dec_and_test(var)  (!--(var)[host_cpu])

#endif
