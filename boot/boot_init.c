/* SPDX-License-Identifier: MIT */
/* Reads the loader's information block, and fills memblock from its memory map.
 *
 *   boot_block ──parse──> boot_info ──memory map──> memblock.memory
 *                                   ──modules, symbols, image,
 *                                     the first MiB──> .reserved
 *
 * The order matters: nothing may be allocated before everything in use is
 * reserved. */
#include "boot/boot_init.h"

#include "arch/cpu.h"
#include "arch/sections.h"
#include "boot/boot_symbols.h"
#include "boot/early.h"
#include "first_mib.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "memory_map.h"
#include "mm/memblock.h"
#include "multiboot2.h"
#include "nomap.h"

struct boot_info boot_info;

static void log_boot_info(void)
{
	const struct boot_framebuffer *fb = &boot_info.framebuffer;

	pr_info("boot loader: %s\n", boot_info.loader);
	pr_info("command line: %s\n", boot_info.cmdline);
	for (unsigned i = 0; i < boot_info.module_count; i++)
		pr_info("module %u: 0x%08lx-0x%08lx %s\n", i,
			(unsigned long)boot_info.module[i].start,
			(unsigned long)boot_info.module[i].end,
			boot_info.module[i].cmdline);
	if (fb->present)
		pr_info("framebuffer: %lux%lu, %u bits, at %pa%s\n",
			(unsigned long)fb->width, (unsigned long)fb->height,
			fb->bpp, &fb->addr,
			fb->type == BOOT_FRAMEBUFFER_TEXT ? " (text)" : "");
	if (boot_info.rsdp.xsdt)
		pr_info("ACPI: revision %u by %s, XSDT at %pa\n",
			boot_info.rsdp.revision, boot_info.rsdp.oem,
			&boot_info.rsdp.xsdt);
	else if (boot_info.rsdp.present)
		pr_info("ACPI: revision %u by %s, RSDT at %pa\n",
			boot_info.rsdp.revision, boot_info.rsdp.oem,
			&boot_info.rsdp.rsdt);
	if (boot_info.unknown_tags)
		pr_debug("multiboot2: %u tags of other kinds\n",
			 boot_info.unknown_tags);
	if (boot_info.trailing_bytes)
		pr_notice("multiboot2: %lu bytes behind the end tag, unread\n",
			  (unsigned long)boot_info.trailing_bytes);
}

void boot_info_init(void)
{
	struct boot_error error;

	if (multiboot2_parse(boot_block, boot_block_size, &boot_info, &error))
		panic("%s", error.text);
	pr_info("CPU: %s, %u physical address bits%s%s\n", cpu_features.brand,
		cpu_features.phys_bits, cpu_features.nx ? ", NX" : ", no NX",
		cpu_features.pge ? ", PGE" : ", no PGE");
	log_boot_info();
}

static void reserve(const char *what, phys_addr_t base, phys_addr_t size)
{
	if (memblock_reserve(base, size))
		panic("memory: no room to reserve the %s", what);
}

/* Reserves the image. Panics if RAM ends before it does. */
static void reserve_image(void)
{
	phys_addr_t start = (uint32_t)kernel_start - PAGE_OFFSET;
	phys_addr_t end = (uint32_t)kernel_end - PAGE_OFFSET;
	phys_addr_t ram_end = memblock_end_of_DRAM();

	if (ram_end < end)
		panic("Too little memory: RAM ends at %pa and the kernel at "
		      "%pa. Loft is made for 32 MiB of RAM and more",
		      &ram_end, &end);
	if (!memblock_is_region_memory(start, end - start))
		panic("memory map: the kernel was loaded at %pa, where the "
		      "firmware says there is no RAM for %lu KiB",
		      &start, (unsigned long)(end - start) >> 10);
	reserve("kernel image", start, end - start);
}

void memory_init(void)
{
	struct boot_error error;

	memblock_use_large_arrays();
	if (memory_map_apply(&boot_info.mmap, cpu_phys_limit(), &error))
		panic("%s", error.text);
	reserve_image();
	for (unsigned i = 0; i < boot_info.module_count; i++)
		reserve("module", boot_info.module[i].start,
			boot_info.module[i].end - boot_info.module[i].start);
	symbols_reserve(&boot_info.elf);
	nomap_apply();
	first_mib_reserve();
}
