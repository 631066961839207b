/* SPDX-License-Identifier: MIT */
/* What may not happen now. */
#ifndef LINUX_PREEMPT_H
#define LINUX_PREEMPT_H

#include <linux/types.h>
#include "kernel/preempt.h"
#include "kernel/sched.h"

#define in_irq()     (preempt_count() & HARDIRQ_MASK)
#define in_hardirq() in_irq()
#define in_task()    (!in_interrupt())

#endif
