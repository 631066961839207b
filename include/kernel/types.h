/* SPDX-License-Identifier: MIT */
/* The integer types for physical memory. */
#ifndef KERNEL_TYPES_H
#define KERNEL_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A physical address in bytes. 64 bits on every build, hosted ones too: a
 * 32-bit CPU with PAE addresses more memory than a pointer can. */
typedef uint64_t phys_addr_t;

/* A page frame number: a physical address over PAGE_SIZE. 2^24 of them are
 * 64 GiB. */
typedef unsigned long pfn_t;

/* A virtual page number: an address over PAGE_SIZE. */
typedef uint32_t vpn_t;

#define PHYS_ADDR_MAX (~(phys_addr_t)0)

/* <limits.h> is a C library's, and there is none here. A hosted test may have
 * included it. */
#ifndef INT_MAX
#define INT_MAX __INT_MAX__
#endif

#define KiB(n) ((phys_addr_t)(n) << 10)
#define MiB(n) ((phys_addr_t)(n) << 20)
#define GiB(n) ((phys_addr_t)(n) << 30)

#endif
