/* SPDX-License-Identifier: MIT */
/* Handlers. */
#ifndef LINUX_INTERRUPT_H
#define LINUX_INTERRUPT_H

#include <linux/types.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>

#endif
