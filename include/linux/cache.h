/* SPDX-License-Identifier: MIT */
/* What lies together, and what does not. */
#ifndef LINUX_CACHE_H
#define LINUX_CACHE_H

#define L1_CACHE_SHIFT	  6
#define L1_CACHE_BYTES	  (1 << L1_CACHE_SHIFT)
#define SMP_CACHE_BYTES	  64
#define L1_CACHE_ALIGN(x) (((x) + L1_CACHE_BYTES - 1) & ~(L1_CACHE_BYTES - 1ul))

#define ____cacheline_aligned	     __attribute__((aligned(SMP_CACHE_BYTES)))
#define ____cacheline_aligned_in_smp ____cacheline_aligned
#define __cacheline_aligned	     ____cacheline_aligned

/* Hints of where to put a variable: taken by none. */
#define __read_mostly
#define __ro_after_init

#endif
