/* SPDX-License-Identifier: MIT */
/* Converts the firmware's memory map to memblock's lists.
 *
 *   entries     |== usable ======|      |= usable =|
 *                        |= reserved ==|
 *   segments    |--------|-------|-----||----------|
 *   class        usable   reserved ....  usable
 *   runs        |########|              |##########|  -> physmem
 *   pages         |#####|                |########|   -> memory
 *
 * The map may be unsorted and may overlap, and there is no memory yet to sort
 * it in. Therefore a sweep goes upwards through the address space from one
 * border of an entry to the next. At each stop it reads all entries, to find
 * those that cover this place, and the next border. Between two borders, in a
 * segment, every byte has the same entries and so one class. Neighbouring
 * usable segments make a run. Only runs are rounded to pages, so that a page
 * with parts in two usable entries is used.
 *
 * Each address is visited once, so the account counts every byte once, and no
 * sum of it can pass 2^64. */
#include "memory_map.h"

#include "arch/page.h"
#include "kernel/compiler.h"
#include "kernel/errno.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "mm/memblock.h"

/* Frame numbers in a page-table entry have 24 bits: see arch/pgtable.h. */
#define PAE_LIMIT GiB(64)

struct memory_account memory_account;

static const char *const class_names[MEMORY_CLASSES] = {
	[MEMORY_USABLE] = "usable",
	[MEMORY_PARTIAL] = "left out in partial pages",
	[MEMORY_ABOVE_CPU] = "left out beyond the CPU's reach",
	[MEMORY_ABOVE_PAE] = "left out above 64 GiB",
	[MEMORY_ACPI] = "ACPI tables",
	[MEMORY_RESERVED] = "reserved",
	[MEMORY_OTHER] = "of unknown type",
	[MEMORY_NVS] = "ACPI NVS",
	[MEMORY_BAD] = "bad",
};

/* Bytes [start, end) that the same entries cover. */
struct segment {
	phys_addr_t start;
	phys_addr_t end;
	enum memory_class class;
	bool overlap; /* there are several of them */
};

static enum memory_class entry_class(const struct boot_mmap_entry *entry)
{
	switch (entry->type) {
	case BOOT_MEMORY_USABLE:
		return MEMORY_USABLE;
	case BOOT_MEMORY_RESERVED:
		return MEMORY_RESERVED;
	case BOOT_MEMORY_ACPI:
		return MEMORY_ACPI;
	case BOOT_MEMORY_NVS:
		return MEMORY_NVS;
	case BOOT_MEMORY_BAD:
		return MEMORY_BAD;
	default:
		return MEMORY_OTHER;
	}
}

/* The first address behind the entry, cut at the end of the address space. */
static phys_addr_t entry_end(const struct boot_mmap_entry *entry)
{
	return entry->base + min(entry->size, PHYS_ADDR_MAX - entry->base);
}

/* The lowest border of an entry above `at`, or PHYS_ADDR_MAX. */
static phys_addr_t next_border(const struct boot_mmap *map, phys_addr_t at)
{
	phys_addr_t next = PHYS_ADDR_MAX;
	struct boot_mmap_entry e;

	for (unsigned i = 0; boot_mmap_get(map, i, &e); i++) {
		if (e.base > at)
			next = min(next, e.base);
		else if (entry_end(&e) > at)
			next = min(next, entry_end(&e));
	}
	return next;
}

/* Finds the entries that cover address `at`; false if there are none. */
static bool classify(const struct boot_mmap *map, phys_addr_t at,
		     struct segment *segment)
{
	struct boot_mmap_entry e;
	unsigned covers = 0;

	segment->class = MEMORY_USABLE;
	for (unsigned i = 0; boot_mmap_get(map, i, &e); i++) {
		if (e.base > at || entry_end(&e) <= at)
			continue;
		segment->class = max(segment->class, entry_class(&e));
		covers++;
	}
	segment->overlap = covers > 1;
	return covers > 0;
}

/* Moves `segment` to the first one that begins where it ends or above. */
static bool next_segment(const struct boot_mmap *map, struct segment *segment)
{
	do {
		segment->start = segment->end;
		if (segment->start == PHYS_ADDR_MAX)
			return false;
		segment->end = next_border(map, segment->start);
	} while (!classify(map, segment->start, segment));
	return true;
}

/* Removes the bytes from `limit` up from [start, *end) and adds them to the
 * account as `class`. */
static void clip(phys_addr_t start, phys_addr_t *end, phys_addr_t limit,
		 enum memory_class class)
{
	if (*end <= limit)
		return;
	limit = max(limit, start);
	memory_account.class[class] += *end - limit;
	*end = limit;
}

/* Adds to memblock the usable bytes [start, end), which touch no others. */
static int add_run(phys_addr_t start, phys_addr_t end, phys_addr_t max_phys,
		   struct boot_error *err)
{
	phys_addr_t run_start = start, run_end = end, pages = 0;
	int ret = memblock_physmem_add(start, end - start);

	clip(start, &end, PAE_LIMIT, MEMORY_ABOVE_PAE);
	clip(start, &end, max_phys, MEMORY_ABOVE_CPU);
	if (end > start && ALIGN_DOWN(end, PAGE_SIZE) > PAGE_ALIGN(start))
		pages = ALIGN_DOWN(end, PAGE_SIZE) - PAGE_ALIGN(start);
	memory_account.class[MEMORY_USABLE] += pages;
	memory_account.class[MEMORY_PARTIAL] += end - start - pages;
	if (!ret)
		ret = memblock_add(PAGE_ALIGN(start), pages);
	if (ret)
		snprintf(err->text, sizeof(err->text),
			 "memory map: RAM at 0x%llx-0x%llx does not fit: "
			 "memblock holds %lu separate ranges",
			 (unsigned long long)run_start,
			 (unsigned long long)run_end - 1, memblock.memory.max);
	return ret;
}

/* Sweeps through the map, fills in the account, and adds the runs. */
static int sweep(const struct boot_mmap *map, phys_addr_t max_phys,
		 struct boot_error *err)
{
	struct segment s = {0, 0, MEMORY_USABLE, false};
	phys_addr_t run_start = 0, run_end = 0;
	int ret = 0;

	while (!ret && next_segment(map, &s)) {
		memory_account.reported += s.end - s.start;
		if (s.overlap)
			memory_account.overlapping += s.end - s.start;
		if (s.class != MEMORY_USABLE) {
			memory_account.class[s.class] += s.end - s.start;
			continue;
		}
		if (s.start != run_end) {
			if (run_end)
				ret = add_run(run_start, run_end, max_phys,
					      err);
			run_start = s.start;
		}
		run_end = s.end;
	}
	if (!ret && run_end)
		ret = add_run(run_start, run_end, max_phys, err);
	return ret;
}

/* Logs an entry as the firmware has passed it. */
static void print_entry(const struct boot_mmap_entry *entry)
{
	unsigned long long base = entry->base, size = entry->size;
	unsigned long long room = PHYS_ADDR_MAX - base;
	enum memory_class class = entry_class(entry);
	char type[32]; /* any number of 32 bits */

	snprintf(type, sizeof(type), "%s", class_names[class]);
	if (class == MEMORY_OTHER)
		snprintf(type, sizeof(type), "type %lu, unknown",
			 (unsigned long)entry->type);
	if (!size)
		pr_info("[mem 0x%010llx, 0 bytes] %s\n", base, type);
	else if (size - 1 > room)
		pr_warn("[mem 0x%010llx-0x%010llx] %s, and %llu bytes past "
			"the end of the address space\n",
			base, base + room, type, size - 1 - room);
	else
		pr_info("[mem 0x%010llx-0x%010llx] %s\n", base,
			base + (size - 1), type);
}

/* Logs the account in one line, without classes of no bytes. */
static void print_account(void)
{
	char line[400] = "";
	size_t len = 0;

	for (unsigned i = 0; i < MEMORY_CLASSES; i++)
		if (memory_account.class[i] && len < sizeof(line))
			len += (size_t)snprintf(
				line + len, sizeof(line) - len, " %s %llu %s",
				len ? "+" : "=",
				(unsigned long long)memory_account.class[i],
				class_names[i]);
	pr_info("memory map: %llu bytes%s\n",
		(unsigned long long)memory_account.reported, line);
	if (memory_account.overlapping)
		pr_warn("memory map: entries overlap in %llu bytes; there, the "
			"least usable one counts\n",
			(unsigned long long)memory_account.overlapping);
}

/* Whether every byte is in the account. */
static bool account_is_complete(void)
{
	phys_addr_t sum = 0;

	for (unsigned i = 0; i < MEMORY_CLASSES; i++)
		sum += memory_account.class[i];
	return sum == memory_account.reported;
}

int memory_map_apply(const struct boot_mmap *map, phys_addr_t max_phys,
		     struct boot_error *err)
{
	struct boot_mmap_entry e;
	int ret;

	pr_info("memory map: %u entries\n", map->count);
	for (unsigned i = 0; boot_mmap_get(map, i, &e); i++)
		print_entry(&e);
	memset(&memory_account, 0, sizeof(memory_account));
	ret = sweep(map, max_phys, err);
	if (ret)
		return ret;
	BUG_ON(!account_is_complete());
	print_account();
	if (memory_account.class[MEMORY_USABLE])
		return 0;
	snprintf(err->text, sizeof(err->text),
		 "memory map: no usable RAM in its %u entries", map->count);
	return -ENOENT;
}
