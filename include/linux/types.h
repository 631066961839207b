/* SPDX-License-Identifier: MIT */
/* Integer types by their Linux names; every header here includes this
 * one. `u32` is an unsigned int with every compiler, as %u expects; uint32_t
 * may be a long. */
#ifndef LINUX_TYPES_H
#define LINUX_TYPES_H

#include "kernel/types.h"

/* What Linux does not warn of, and code for it is full of. */
#pragma GCC diagnostic ignored "-Wpointer-arith"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wshadow"

typedef unsigned char u8;
typedef signed char s8;
typedef unsigned short u16;
typedef short s16;
typedef unsigned int u32;
typedef int s32;
typedef unsigned long long u64;
typedef long long s64;

typedef u8 __u8;
typedef s8 __s8;
typedef u16 __u16;
typedef s16 __s16;
typedef u32 __u32;
typedef s32 __s32;
typedef u64 __u64;
typedef s64 __s64;

typedef unsigned char uchar;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned long ulong;

typedef phys_addr_t dma_addr_t;
typedef phys_addr_t resource_size_t;
typedef long ssize_t;
typedef long long loff_t;
typedef u64 sector_t;
typedef unsigned fmode_t;
typedef int pid_t;

#endif
