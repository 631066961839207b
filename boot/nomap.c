/* SPDX-License-Identifier: MIT */
/* The words `nomap=SIZE@BASE`: RAM that stays out of the direct map, as
 * persistent memory would. It is marked NOMAP in memblock, so it is neither
 * mapped nor allocated. Each word counts. If a word is rounded or ignored, the
 * log says so, with the reason. */
#include "nomap.h"

#include "arch/page.h"
#include "kernel/cmdline.h"
#include "kernel/errno.h"
#include "kernel/printk.h"
#include "mm/memblock.h"

/* Marks the RAM of [start, end), whole pages. */
static void mark(phys_addr_t start, phys_addr_t end)
{
	unsigned long long kib =
		(unsigned long long)memblock_mem_between(start, end) >> 10;

	if (memblock_mark_nomap(start, end - start))
		pr_err("nomap=: the map is in too many pieces to mark %llu KiB "
		       "at %pa: ignored\n",
		       kib, &start);
	else
		pr_info("memory: not to be mapped: %llu KiB of RAM at %pa\n",
			kib, &start);
}

/* Applies one word, if that is possible. If a part of a page is named, the
 * whole page stays out of the direct map. */
static void apply(phys_addr_t base, phys_addr_t size)
{
	phys_addr_t start = ALIGN_DOWN(base, PAGE_SIZE);
	phys_addr_t end = PAGE_ALIGN(base + size);

	if (!size) {
		pr_warn("nomap=: 0 bytes at %pa are none: ignored\n", &base);
	} else if (end < start || !memblock_mem_between(start, end)) {
		pr_warn("nomap=: there is no RAM in 0x%llx bytes at %pa: "
			"ignored\n",
			(unsigned long long)size, &base);
	} else if (memblock_is_region_reserved(start, end - start)) {
		pr_warn("nomap=: something in 0x%llx bytes at %pa is in use: "
			"ignored\n",
			(unsigned long long)size, &base);
	} else {
		if (end - start != size)
			pr_warn("nomap=: 0x%llx bytes at %pa are rounded to "
				"pages: 0x%llx bytes at %pa\n",
				(unsigned long long)size, &base,
				(unsigned long long)(end - start), &start);
		mark(start, end);
	}
}

void nomap_apply(void)
{
	phys_addr_t base, size;
	int error;

	for (unsigned i = 0;; i++) {
		error = cmdline_range("nomap", i, &base, &size);
		if (error == -ENOENT)
			return;
		if (!error)
			apply(base, size);
	}
}
