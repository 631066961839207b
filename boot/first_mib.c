/* SPDX-License-Identifier: MIT */
/* The first MiB, which firmware uses even after the boot.
 *
 *	0        64 KiB                    EBDA      640 KiB       1 MiB
 *	|  BIOS   |            |trampoline| BIOS data | adapters, BIOS |
 *	|<------------------------ reserved -------------------------->|
 *
 * Memory maps say that most of it is usable. But a BIOS keeps data below 64 KiB
 * and from its extended data area (EBDA) up, which not every map shows, and
 * firmware in system management mode has been seen to write to the rest while
 * the system runs. Therefore the page allocator gets none of it, as in Linux.
 * This loses little, and one page is needed: other CPUs start there.
 *
 * Source: IBM PC AT Technical Reference, section 5, for the BIOS data area;
 * Linux's Documentation/admin-guide/kernel-parameters.txt, "reservelow", for
 * what firmware was seen to write to. */
#include "first_mib.h"

#include "arch/fixmap.h"
#include "arch/page.h"
#include "arch/trampoline.h"
#include "kernel/compiler.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "mm/memblock.h"

#define FIRST_MIB MiB(1)

/* The end of the BIOS's data at the beginning of memory, whatever the map
 * says. */
#define BIOS_LOW_END KiB(64)

/* Words of the BIOS data area: the segment of the EBDA, and how many KiB from 0
 * up are not the BIOS's. */
#define BDA_EBDA_SEGMENT 0x40E
#define BDA_BASE_KIB	 0x413

/* The limits of such values: a PC has 128 KiB at least, and the last KiB before
 * the adapters always belongs to the BIOS. */
#define BASE_MEMORY_LEAST KiB(128)
#define BASE_MEMORY_MOST  KiB(636)

phys_addr_t trampoline_phys;

phys_addr_t base_memory_end(uint16_t ebda_segment, uint16_t base_kib)
{
	const phys_addr_t said[] = {(phys_addr_t)ebda_segment << 4,
				    (phys_addr_t)base_kib << 10};
	phys_addr_t end = BASE_MEMORY_MOST;

	for (unsigned i = 0; i < ARRAY_SIZE(said); i++)
		if (said[i] >= BASE_MEMORY_LEAST)
			end = min(end, said[i]);
	return ALIGN_DOWN(end, PAGE_SIZE);
}

/* A word of the BIOS data area, or 0. */
static uint16_t bios_word(phys_addr_t at)
{
	uint16_t word = 0;

	early_copy_from_phys(&word, at, sizeof(word));
	return word;
}

void first_mib_reserve(void)
{
	phys_addr_t end = base_memory_end(bios_word(BDA_EBDA_SEGMENT),
					  bios_word(BDA_BASE_KIB));

	trampoline_phys = memblock_phys_alloc_range(PAGE_SIZE, PAGE_SIZE,
						    BIOS_LOW_END, end);
	if (memblock_reserve(0, FIRST_MIB))
		panic("memory: no room to reserve the first MiB");
	pr_info("memory: the first MiB is left to firmware, whose data begins "
		"at %pa; CPUs start at %pa\n",
		&end, &trampoline_phys);
}
