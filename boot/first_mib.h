/* SPDX-License-Identifier: MIT */
/* The first MiB is left to the firmware. */
#ifndef BOOT_FIRST_MIB_H
#define BOOT_FIRST_MIB_H

#include "kernel/types.h"

/* The end of the memory below 640 KiB that the BIOS does not use, a multiple of
 * PAGE_SIZE: the start of the extended BIOS data area, from its segment, or the
 * end of base memory, from its size in KiB; the lower of the two, and 636 KiB
 * at most. A value below 128 KiB is ignored, because without a BIOS the words
 * are undefined. */
phys_addr_t base_memory_end(uint16_t ebda_segment, uint16_t base_kib);

/* Reserves the first MiB in memblock, and sets trampoline_phys. Panics if
 * memblock has no room. Boot, once all else that is in use is reserved. */
void first_mib_reserve(void);

#endif
