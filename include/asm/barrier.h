/* SPDX-License-Identifier: MIT */
/* Where Linux has it. */
#ifndef ASM_BARRIER_H
#define ASM_BARRIER_H

#include <linux/atomic.h>

#endif
