/* SPDX-License-Identifier: MIT */
/* Converts PVH start information to a multiboot2 information block.
 *
 * QEMU's -kernel starts an ELF file with a PVH note in milliseconds; firmware
 * and GRUB take a third of a second. It passes the same facts in another form.
 * Converted to multiboot2's form, they need no second parser in the kernel.
 *
 *   hvm_start_info ── cmdline ─────────> tag 1
 *                  ├─ modules ─────────> tag 3, and, from the kernel's own
 *                  │                     ELF file among them, tag 9
 *                  ├─ memory map ──────> tag 6
 *                  └─ RSDP ────────────> tag 14 or 15
 *
 * QEMU loads only what the program headers name, without the symbols; `-initrd
 * loft.elf` passes them as a module.
 *
 * Sources: Xen's docs/misc/pvh.pandoc and
 * xen/include/public/arch-x86/hvm/start_info.h; multiboot2 specification 3.6;
 * ELF specification (TIS 1.2), book I. */
#include "boot/early.h"

#include "arch/sections.h"
#include "boot/boot_info.h"
#include "elf.h"
#include "kernel/panic.h"
#include "kernel/string.h"

#define PVH_MAX_ENTRIES 2048

struct pvh_start_info {
	uint32_t magic, version, flags, nr_modules;
	uint64_t modlist_paddr, cmdline_paddr, rsdp_paddr;
	/* version 1 and later: */
	uint64_t memmap_paddr;
	uint32_t memmap_entries, reserved;
};

struct pvh_module {
	uint64_t paddr, size, cmdline_paddr, reserved;
};

struct pvh_memmap_entry {
	uint64_t addr, size;
	uint32_t type, reserved;
};

enum mb2_tag {
	MB2_END,
	MB2_CMDLINE,
	MB2_LOADER,
	MB2_MODULE,
	MB2_MMAP = 6,
	MB2_ELF = 9,
	MB2_RSDP_OLD = 14,
	MB2_RSDP_NEW = 15
};

/* The block so far: `at` bytes are written. */
static uint32_t at;

/* Whether the kernel's own sections are in the block, where they may be
 * once. */
static bool has_sections;

/* Reserves `size` bytes of the block. */
static void *emit(uint32_t size)
{
	void *p = boot_block + at;

	if (size > BOOT_BLOCK_MAX - at)
		panic("PVH: the start information needs more than %u bytes",
		      BOOT_BLOCK_MAX);
	at += size;
	return p;
}

static void emit_u32(uint32_t value)
{
	memcpy(emit(sizeof(value)), &value, sizeof(value));
}

/* Begins a tag with contents of `size` bytes. */
static void emit_tag(enum mb2_tag type, uint32_t size)
{
	at = ALIGN(at, 8);
	emit_u32(type);
	emit_u32(8 + size);
}

static void emit_string_tag(enum mb2_tag type, const char *text)
{
	uint32_t size = strnlen(text, BOOT_BLOCK_MAX) + 1;

	emit_tag(type, size);
	memcpy(emit(size), text, size);
}

/* A pointer to a physical address of the start information. Panics for one
 * above 4 GiB, which cannot be read before paging; QEMU passes none. */
static void *pvh_phys(uint64_t phys, const char *what)
{
	if (phys >> 32)
		panic("PVH: the %s lies at 0x%llx, above 4 GiB", what,
		      (unsigned long long)phys);
	return early_phys((uint32_t)phys);
}

static void emit_memory_map(const struct pvh_start_info *info)
{
	const struct pvh_memmap_entry *entry =
		pvh_phys(info->memmap_paddr, "memory map");

	if (info->version < 1 || !info->memmap_paddr)
		return;
	if (info->memmap_entries > PVH_MAX_ENTRIES)
		panic("PVH: a memory map of %lu entries; Loft takes %u",
		      (unsigned long)info->memmap_entries, PVH_MAX_ENTRIES);
	emit_tag(MB2_MMAP, 8 + info->memmap_entries * sizeof(*entry));
	emit_u32(sizeof(*entry));
	emit_u32(0); /* entry version */
	memcpy(emit(info->memmap_entries * sizeof(*entry)), entry,
	       info->memmap_entries * sizeof(*entry));
}

/* The RSDP: 20 bytes in ACPI 1.0, and from revision 2 as long as it says. */
static void emit_rsdp(const uint8_t *rsdp)
{
	uint8_t revision = rsdp[15];
	uint32_t length = 20;

	if (revision >= 2)
		memcpy(&length, rsdp + 20, sizeof(length));
	emit_tag(revision >= 2 ? MB2_RSDP_NEW : MB2_RSDP_OLD, length);
	memcpy(emit(length), rsdp, length);
}

/* Whether a module is the file that the running kernel came from. */
static bool is_own_elf(const struct elf32_header *elf, uint64_t size)
{
	return size >= sizeof(*elf) &&
	       !memcmp(elf->ident, ELF_MAGIC, ELF_MAGIC_LENGTH) &&
	       elf->entry >= (uint32_t)text_start &&
	       elf->entry < (uint32_t)text_end &&
	       elf->shentsize == sizeof(struct elf32_section) &&
	       elf->shoff <= size &&
	       elf->shnum * sizeof(struct elf32_section) <= size - elf->shoff;
}

/* Section headers of the kernel's own file, as a multiboot2 loader passes
 * them: sections that are not part of the image say where they now lie. */
static void emit_elf_sections(const struct elf32_header *elf, uint32_t phys,
			      uint32_t size)
{
	const struct elf32_section *section =
		(const void *)((const char *)elf + elf->shoff);

	has_sections = true;
	emit_tag(MB2_ELF, 12 + elf->shnum * sizeof(*section));
	emit_u32(elf->shnum);
	emit_u32(sizeof(*section));
	emit_u32(elf->shstrndx);
	for (unsigned i = 0; i < elf->shnum; i++) {
		struct elf32_section s = section[i];

		if (!s.addr && s.type != ELF_SHT_NOBITS && s.offset <= size &&
		    s.size <= size - s.offset)
			s.addr = phys + s.offset;
		memcpy(emit(sizeof(s)), &s, sizeof(s));
	}
}

static void emit_module(const struct pvh_module *module)
{
	const struct elf32_header *elf = pvh_phys(module->paddr, "module");
	uint32_t phys = (uint32_t)module->paddr;

	if (module->size > UINT32_MAX - phys)
		panic("PVH: a module of %llu bytes runs past 4 GiB",
		      (unsigned long long)module->size);
	/* No name: QEMU does not write the field. */
	emit_tag(MB2_MODULE, 8 + 1);
	emit_u32(phys);
	emit_u32(phys + (uint32_t)module->size);
	*(char *)emit(1) = '\0';
	if (!has_sections && is_own_elf(elf, module->size))
		emit_elf_sections(elf, phys, (uint32_t)module->size);
}

uint32_t pvh_to_multiboot2(uint32_t start_info)
{
	const struct pvh_start_info *info = early_phys(start_info);
	const struct pvh_module *module =
		pvh_phys(info->modlist_paddr, "module list");

	if (info->magic != PVH_START_MAGIC)
		panic("PVH: no start information at 0x%lx",
		      (unsigned long)start_info);
	if (info->nr_modules > BOOT_MODULES_MAX)
		panic("PVH: %lu modules; Loft takes %u",
		      (unsigned long)info->nr_modules, BOOT_MODULES_MAX);
	emit(8); /* total_size and a reserved word, filled in at the end */
	if (info->cmdline_paddr)
		emit_string_tag(MB2_CMDLINE,
				pvh_phys(info->cmdline_paddr, "command line"));
	emit_string_tag(MB2_LOADER, "PVH");
	for (uint32_t i = 0; i < info->nr_modules; i++)
		emit_module(&module[i]);
	emit_memory_map(info);
	if (info->rsdp_paddr)
		emit_rsdp(pvh_phys(info->rsdp_paddr, "RSDP"));
	emit_tag(MB2_END, 0);
	memcpy(boot_block, &at, sizeof(at));
	return at;
}
