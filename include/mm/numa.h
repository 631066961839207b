/* SPDX-License-Identifier: MIT */
/* Nodes: which RAM is near to which CPUs. */
#ifndef MM_NUMA_H
#define MM_NUMA_H

#include "boot/boot_info.h"

/* Gives every range of memblock.memory its node, as the SRAT has it: domains
 * are numbered from 0 up in the order in which they come. Ranges of one domain
 * may touch, overlap and repeat; ranges without RAM are passed over. RAM that
 * the SRAT does not name is of node 0. All RAM is, with the reason in the log,
 * if the SRAT is damaged, if two domains claim the same RAM, if a range runs
 * past the address space, or if Loft has no room for it; and without an SRAT.
 * Marks hotplug memory. Returns the number of nodes, at least 1. Once all
 * memory has been added. */
unsigned numa_init(const struct boot_rsdp *rsdp);

#endif
