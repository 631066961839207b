/* SPDX-License-Identifier: MIT */
/* Prints and counts the free pages of the zones. */
#include "kernel/printk.h"
#include "mm/zone.h"

/* Pages as KiB. */
static unsigned long kib(unsigned long pages)
{
	return pages << (PAGE_SHIFT - 10);
}

void show_zones(void)
{
	pr_info("memory: zone      present    managed       free   reserved "
		"       min (KiB)\n");
	for (const struct zone *z = zones; z < zones + MAX_NR_ZONES; z++)
		pr_info("memory: %-7s %9lu  %9lu  %9lu  %9lu %9lu\n", z->name,
			kib(z->present_pages), kib(z->managed_pages),
			kib(zone_free_pages(z)),
			kib(z->present_pages - z->managed_pages),
			kib(z->watermark[WMARK_MIN]));
}

void buddyinfo(void)
{
	char line[128];

	for (const struct zone *z = zones; z < zones + MAX_NR_ZONES; z++) {
		int n = 0;

		for (unsigned order = 0; order <= MAX_PAGE_ORDER; order++)
			n += snprintf(line + n, sizeof(line) - (size_t)n,
				      " %6lu",
				      z->free_area[order].nr_free +
					      (order ? 0 : z->singles));
		pr_info("buddyinfo: %-7s%s, waiting %lu pages\n", z->name, line,
			z->waiting_pages);
	}
}
