/* SPDX-License-Identifier: MIT */
/* Interrupts of a process: a word that says whether they are off, so that a
 * test can ask. See include/arch/irqflags.h. */
#ifndef ARCH_IRQFLAGS_H
#define ARCH_IRQFLAGS_H

#include "kernel/types.h"

extern bool host_irqs_off;

#define local_irq_disable()	   ((void)(host_irqs_off = true))
#define local_irq_enable()	   ((void)(host_irqs_off = false))
#define local_save_flags(flags)	   ((flags) = host_irqs_off)
#define local_irq_save(flags)	   ((flags) = host_irqs_off, host_irqs_off = 1)
#define local_irq_restore(flags)   ((void)(host_irqs_off = (flags)))
#define irqs_disabled_flags(flags) (!!(flags))
#define irqs_disabled()		   (host_irqs_off)

#endif
