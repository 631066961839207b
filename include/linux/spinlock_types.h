/* SPDX-License-Identifier: MIT */
/* Spinlocks. */
#ifndef LINUX_SPINLOCK_TYPES_H
#define LINUX_SPINLOCK_TYPES_H

#include <linux/types.h>
#include <linux/spinlock.h>

#endif
