/* SPDX-License-Identifier: MIT */
/* What most files include. */
#ifndef LINUX_KERNEL_H
#define LINUX_KERNEL_H

#include <linux/align.h>
#include <linux/array_size.h>
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/stddef.h>
#include <linux/types.h>

#define upper_32_bits(n) ((u32)((u64)(n) >> 32))
#define lower_32_bits(n) ((u32)(0xffffffff & (n)))
#define upper_16_bits(n) ((u16)((n) >> 16))
#define lower_16_bits(n) ((u16)(n))

#define typecheck(type, x) (__builtin_types_compatible_p(type, __typeof__(x)))
#define u64_to_user_ptr(x) ((void *)(uintptr_t)(x))

#endif
