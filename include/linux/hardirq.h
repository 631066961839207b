/* SPDX-License-Identifier: MIT */
/* Handlers. */
#ifndef LINUX_HARDIRQ_H
#define LINUX_HARDIRQ_H

#include <linux/types.h>
#include <linux/preempt.h>

#endif
