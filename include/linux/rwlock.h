/* SPDX-License-Identifier: MIT */
/* Reader-writer spinlocks. */
#ifndef LINUX_RWLOCK_H
#define LINUX_RWLOCK_H

#include <linux/types.h>
#include <linux/spinlock.h>

#endif
