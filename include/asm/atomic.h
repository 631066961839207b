/* SPDX-License-Identifier: MIT */
/* Where Linux has it. */
#ifndef ASM_ATOMIC_H
#define ASM_ATOMIC_H

#include <linux/atomic.h>

#endif
