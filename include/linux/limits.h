/* SPDX-License-Identifier: MIT */
/* The range of types. */
#ifndef LINUX_LIMITS_H
#define LINUX_LIMITS_H

#include <linux/types.h>

#define U8_MAX	((u8)~0u)
#define S8_MAX	((s8)(U8_MAX >> 1))
#define U16_MAX ((u16)~0u)
#define S16_MAX ((s16)(U16_MAX >> 1))
#define U32_MAX ((u32)~0u)
#define S32_MAX ((s32)(U32_MAX >> 1))
#define U64_MAX ((u64)~0ull)
#define S64_MAX ((s64)(U64_MAX >> 1))

#ifndef INT_MIN
#define INT_MIN (-INT_MAX - 1)
#endif
#ifndef UINT_MAX
#define UINT_MAX (~0u)
#endif
#ifndef LONG_MAX
#define LONG_MAX ((long)(~0ul >> 1))
#endif
#ifndef LONG_MIN
#define LONG_MIN (-LONG_MAX - 1)
#endif
#ifndef ULONG_MAX
#define ULONG_MAX (~0ul)
#endif
#ifndef SIZE_MAX
#define SIZE_MAX (~(size_t)0)
#endif

#endif
