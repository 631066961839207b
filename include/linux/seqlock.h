/* SPDX-License-Identifier: MIT */
/* Sequence counters. */
#ifndef LINUX_SEQLOCK_H
#define LINUX_SEQLOCK_H

#include <linux/types.h>
#include "kernel/seqlock.h"

#endif
