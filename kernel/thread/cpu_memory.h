/* SPDX-License-Identifier: MIT */
/* Memory of a CPU that is to start. */
#ifndef KERNEL_CPU_MEMORY_H
#define KERNEL_CPU_MEMORY_H

#include "kernel/types.h"

/* Gives CPU number `cpu` all that it starts with, and puts that where the
 * trampoline finds it (struct ap_start). Returns false, and gives nothing, if
 * memory is short. On the boot CPU, one CPU at a time. */
bool prepare_cpu(unsigned cpu);

#endif
