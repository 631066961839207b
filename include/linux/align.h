/* SPDX-License-Identifier: MIT */
/* Multiples of powers of two. */
#ifndef LINUX_ALIGN_H
#define LINUX_ALIGN_H

#include <linux/types.h>
#include "kernel/compiler.h"

#define PTR_ALIGN(p, a)	     ((__typeof__(p))ALIGN((uintptr_t)(p), (a)))
#define PTR_ALIGN_DOWN(p, a) ((__typeof__(p))ALIGN_DOWN((uintptr_t)(p), (a)))
#define PTR_IS_ALIGNED(p, a) IS_ALIGNED((uintptr_t)(p), (a))

#define round_up(x, a)	 ALIGN(x, a)
#define round_down(x, a) ALIGN_DOWN(x, a)

#endif
