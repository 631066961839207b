/* SPDX-License-Identifier: MIT */
/* Powers of two. */
#ifndef LINUX_LOG2_H
#define LINUX_LOG2_H

#include <linux/types.h>
#include "kernel/log2.h"

#endif
