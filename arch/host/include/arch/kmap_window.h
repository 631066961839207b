/* SPDX-License-Identifier: MIT */
/* A process has no window, and needs none: RAM is an array, and every page has
 * an address. See include/arch/kmap_window.h. */
#ifndef ARCH_KMAP_WINDOW_H
#define ARCH_KMAP_WINDOW_H

#include "kernel/types.h"

/* The address of a frame; unlike phys_to_virt(), also for highmem. */
void *direct_address(phys_addr_t phys);

#endif
