/* SPDX-License-Identifier: MIT */
/* Counts of users. */
#ifndef LINUX_REFCOUNT_H
#define LINUX_REFCOUNT_H

#include <linux/types.h>
#include <linux/atomic.h>
#include "kernel/refcount.h"

#endif
