/* SPDX-License-Identifier: MIT */
/* The vmalloc area. */
#ifndef LINUX_VMALLOC_H
#define LINUX_VMALLOC_H

#include <linux/kernel.h>
#include <linux/types.h>
#include "mm/vmalloc.h"

typedef pte_t pgprot_t;

/* 32-bit addresses are all that a device of this machine needs; users map
 * nothing yet. */
#define vmalloc_32(size)	 __vmalloc(size, GFP_KERNEL)
#define vmalloc_user(size)	 vzalloc(size)
#define vmalloc_node(size, node) ((void)(node), vmalloc(size))
#define vzalloc_node(size, node) ((void)(node), vzalloc(size))

#endif
