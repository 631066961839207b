/* SPDX-License-Identifier: MIT */
/* High memory. */
#ifndef LINUX_HIGHMEM_H
#define LINUX_HIGHMEM_H

#include <linux/types.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/preempt.h>
#include "mm/highmem.h"

/* x86 caches know physical addresses: where a user sees the page is nothing to
 * them. */
#define clear_user_highpage(page, vaddr) ((void)(vaddr), clear_highpage(page))
#define copy_user_highpage(to, from, vaddr, vma) \
	((void)(vaddr), (void)(vma), copy_highpage(to, from))

#endif
