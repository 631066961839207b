/* SPDX-License-Identifier: MIT */
/* Nodes: which RAM is near to which CPUs. */
#ifndef MM_NUMA_H
#define MM_NUMA_H

#include "boot/boot_info.h"

/* Sets the node of every range of memblock.memory from the SRAT (system
 * resource affinity table): domains are numbered from 0 up in the order in
 * which they come. Ranges of one domain may touch, overlap and repeat; ranges
 * without RAM are skipped. RAM that the SRAT does not name gets node 0. All RAM
 * gets node 0, with the reason in the log, if the SRAT is damaged, if two
 * domains claim the same RAM, if a range runs past the address space, or if
 * Loft has no room for it; and without an SRAT. Marks hotplug memory. Returns
 * the number of nodes, at least 1. Once all memory has been added. */
unsigned numa_init(const struct boot_rsdp *rsdp);

#endif
