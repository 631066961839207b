/* SPDX-License-Identifier: MIT */
/* Variables of each CPU. */
#ifndef LINUX_PERCPU_DEFS_H
#define LINUX_PERCPU_DEFS_H

#include <linux/types.h>
#include <linux/percpu.h>

#endif
