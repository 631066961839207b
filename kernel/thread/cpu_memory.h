/* SPDX-License-Identifier: MIT */
/* Memory of a CPU that is to start. */
#ifndef KERNEL_CPU_MEMORY_H
#define KERNEL_CPU_MEMORY_H

#include "kernel/types.h"

/* Allocates the memory of CPU number `cpu`, and stores its addresses for the
 * trampoline (struct ap_start). Returns false, and allocates nothing, if memory
 * is short. On the boot CPU, one CPU at a time. */
bool prepare_cpu(unsigned cpu);

#endif
