/* SPDX-License-Identifier: MIT */
/* Interrupts of this CPU. */
#ifndef LINUX_IRQFLAGS_H
#define LINUX_IRQFLAGS_H

#include <linux/types.h>
#include "arch/irqflags.h"

#endif
