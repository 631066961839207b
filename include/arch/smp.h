/* SPDX-License-Identifier: MIT */
/* Which CPU this is. */
#ifndef ARCH_SMP_H
#define ARCH_SMP_H

/* CPUs that Loft has room for; arrays of one entry per CPU are this long. */
#define NR_CPUS 32

/* The number of the running CPU, from 0. Only the boot CPU runs so far. */
static inline unsigned smp_processor_id(void)
{
	return 0;
}

#endif
