/* SPDX-License-Identifier: MIT */
/* The first MiB stays the firmware's. */
#ifndef BOOT_FIRST_MIB_H
#define BOOT_FIRST_MIB_H

#include "kernel/types.h"

/* Where the memory that a BIOS leaves to others ends, a multiple of PAGE_SIZE:
 * at the extended BIOS data area, by its segment, or at the end of base memory,
 * by its count of KiB; at the lower, and at 636 KiB at most. A figure below 128
 * KiB is not believed: without a BIOS the words are anything. */
phys_addr_t base_memory_end(uint16_t ebda_segment, uint16_t base_kib);

/* Reserves the first MiB in memblock, and sets trampoline_phys. Panics if
 * memblock has no room. Boot, once all else that is in use is reserved. */
void first_mib_reserve(void);

#endif
