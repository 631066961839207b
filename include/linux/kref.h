/* SPDX-License-Identifier: MIT */
/* Counts of users. */
#ifndef LINUX_KREF_H
#define LINUX_KREF_H

#include <linux/types.h>
#include <linux/refcount.h>

#endif
