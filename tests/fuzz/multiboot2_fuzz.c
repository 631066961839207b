/* SPDX-License-Identifier: MIT */
/* sources: boot/multiboot2.c boot/multiboot2_tags.c boot/memory_map.c kernel/lib/cmdline.c mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* Any bytes as a multiboot2 block, and what the kernel then makes of it: the
 * parser's every promise is tried, by reading all that it points to; then the
 * command line and the memory map go where they go at boot. Seeds: blocks that
 * GRUB 2.06 made on a PC and under OVMF (without its EFI memory map), one as
 * PVH start information becomes, the smallest there is, and one with an odd
 * map and an odd command line. */
#include <stdlib.h>
#include <string.h>

#include "arch/host.h"
#include "boot/memory_map.h"
#include "boot/multiboot2.h"
#include "kernel/cmdline.h"
#include "mm/memblock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void promise(bool kept)
{
	if (!kept)
		abort();
}

static bool inside(const void *p, size_t n, const uint8_t *block, size_t size)
{
	const uint8_t *at = p;

	return at >= block && n <= size && (size_t)(at - block) <= size - n;
}

/* A string in the block, or the empty one that stands for none. */
static void check_string(const char *s, const uint8_t *block, size_t size)
{
	promise(!*s || inside(s, strlen(s) + 1, block, size));
}

static void check_info(const struct boot_info *info, const uint8_t *block,
		       size_t size)
{
	const struct boot_elf *elf = &info->elf;

	check_string(info->cmdline, block, size);
	check_string(info->loader, block, size);
	promise(info->module_count <= BOOT_MODULES_MAX);
	for (unsigned i = 0; i < info->module_count; i++) {
		promise(info->module[i].start <= info->module[i].end);
		check_string(info->module[i].cmdline, block, size);
	}
	promise(info->mmap.count && info->mmap.entry_size >= 24);
	promise(inside(info->mmap.entries,
		       (size_t)info->mmap.count * info->mmap.entry_size, block,
		       size));
	promise(!elf->count ||
		(elf->names < elf->count && elf->entry_size >= 40));
	promise(!elf->count ||
		inside(elf->sections, (size_t)elf->count * elf->entry_size,
		       block, size));
	promise(info->rsdp.oem[6] == '\0');
}

static void try_cmdline(const char *text)
{
	phys_addr_t bytes;
	char value[16];
	int number;

	cmdline_init(text);
	cmdline_report_unknown();
	cmdline_size("lowmem", &bytes);
	cmdline_int("loglevel", &number);
	if (cmdline_value("test", value, sizeof(value)) >= 0)
		promise(cmdline_has("test"));
}

static void empty(struct memblock_type *type)
{
	memset(type->regions, 0, type->max * sizeof(*type->regions));
	type->cnt = 1;
	type->total_size = 0;
}

static void try_map(const struct boot_mmap *map)
{
	struct boot_error err;
	phys_addr_t sum = 0;
	int ret;

	empty(&memblock.memory);
	empty(&physmem);
	ret = memory_map_apply(map, GiB(64), &err);
	promise(memblock_end_of_DRAM() <= GiB(64));
	if (ret)
		return;
	for (unsigned i = 0; i < MEMORY_CLASSES; i++)
		sum += memory_account.class[i];
	promise(sum == memory_account.reported);
	promise(memblock_phys_mem_size() ==
		memory_account.class[MEMORY_USABLE]);
	promise(memblock_phys_mem_size() <= physmem.total_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct boot_info info;
	struct boot_error err;

	host_log_clear();
	if (multiboot2_parse(data, size, &info, &err)) {
		promise(strlen(err.text) > strlen("multiboot2: "));
		return 0;
	}
	check_info(&info, data, size);
	try_cmdline(info.cmdline);
	try_map(&info.mmap);
	return 0;
}
