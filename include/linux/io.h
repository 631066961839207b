/* SPDX-License-Identifier: MIT */
/* Registers of devices. */
#ifndef LINUX_IO_H
#define LINUX_IO_H

#include <linux/compiler.h>
#include <linux/types.h>
#include "arch/io.h"
#include "mm/vmalloc.h"

#define ioremap_uc(phys, size) ioremap(phys, size)

/* One access each, in the order of the source. */
#define DEFINE_ACCESSORS_(name, type)                                   \
	static inline type read##name(const volatile void *addr)        \
	{                                                               \
		type value = *(const volatile type *)addr;              \
                                                                        \
		barrier();                                              \
		return value;                                           \
	}                                                               \
	static inline void write##name(type value, volatile void *addr) \
	{                                                               \
		barrier();                                              \
		*(volatile type *)addr = value;                         \
	}
DEFINE_ACCESSORS_(b, u8)
DEFINE_ACCESSORS_(w, u16)
DEFINE_ACCESSORS_(l, u32)

#define readl_relaxed		   readl
#define writel_relaxed		   writel
#define ioread8(addr)		   readb(addr)
#define ioread16(addr)		   readw(addr)
#define ioread32(addr)		   readl(addr)
#define iowrite8(v, addr)	   writeb(v, addr)
#define iowrite16(v, addr)	   writew(v, addr)
#define iowrite32(v, addr)	   writel(v, addr)
#define memcpy_toio(to, from, n)   memcpy((void *)(to), from, n)
#define memcpy_fromio(to, from, n) memcpy(to, (const void *)(from), n)
#define memset_io(to, byte, n)	   memset((void *)(to), byte, n)

#endif
