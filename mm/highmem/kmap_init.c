/* SPDX-License-Identifier: MIT */
/* What is set once, at boot, before any page is mapped: which pages have to be
 * mapped, and how; the window of each CPU; the pool. */
#include "kernel/cmdline.h"
#include "kernel/printk.h"
#include "mm/kmap.h"

pte_t kmap_prot;
union window_entry kmap_first_entry;
struct page *kmap_first_page;
uint32_t kmap_mapped_bytes, kmap_direct_bytes;
int32_t kmap_direct_end;

void kmap_init_cpu(void)
{
	kmap_stacks_init();
}

void kmap_init(void)
{
	kmap_prot = prot_supported(PAGE_KERNEL);
	kmap_first_page = highmem_start_page;
	kmap_mapped_bytes = highmem_map_bytes;
	kmap_direct_bytes = lowmem_map_bytes;
	kmap_direct_end = (int32_t)DIRECT_MAP_END;
	if (cmdline_has("force_kmap")) {
		kmap_first_page = mem_map;
		kmap_mapped_bytes += lowmem_map_bytes;
		kmap_direct_bytes = 0;
		kmap_direct_end = INT32_MIN;
		pr_info("kmap: pages of lowmem are seen through the window, "
			"too (force_kmap)\n");
	}
	kmap_first_entry.low = page_entry_low(kmap_first_page);
	kmap_first_entry.high = page_entry_high(kmap_first_page);
	kmap_init_cpu();
	kmap_pool_init();
}
