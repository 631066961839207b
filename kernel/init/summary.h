/* SPDX-License-Identifier: MIT */
/* The end of the boot, in figures that programs read. */
#ifndef KERNEL_SUMMARY_H
#define KERNEL_SUMMARY_H

/* Prints what each zone has, and which uses hold the RAM that the page
 * allocator was not given. After page_alloc_init(). */
void memory_summary(void);

/* Prints one `boot: key=value` line each for: ram_mib, lowmem_mib,
 * lowmem_free_mib, highmem_mib, mem_map_mib, cpus, instructions_to_ready (the
 * time-stamp counter since the first line of C: instructions under -icount,
 * else cycles). Sizes in whole MiB, rounded down. */
void boot_summary(void);

#endif
