/* SPDX-License-Identifier: MIT */
/* Linux's, by Loft's name. Its locks have no rank. */
#ifndef KERNEL_SPINLOCK_H
#define KERNEL_SPINLOCK_H

#include <linux/spinlock.h>

#undef DEFINE_SPINLOCK
#define DEFINE_SPINLOCK(var, rank) spinlock_t var = __SPIN_LOCK_UNLOCKED(var)

#endif
