/* SPDX-License-Identifier: MIT */
/* Reads the contents of each kind of multiboot2 tag.
 *
 * The walk (boot/multiboot2.c) has checked that all of a tag lies in the block
 * and is as long as its kind needs; a function here checks the contents:
 * counts, sizes of elements, ends of strings, checksums.
 *
 * Fields are little-endian, as the machine is, and are copied out byte by byte,
 * because the block may lie at any address.
 *
 * Source: Multiboot2 Specification 2.0; the section of a tag stands above its
 * function. For the RSDP: ACPI Specification 6.4, section 5.2.5.3. */
#include "multiboot2_tags.h"

#include <stdarg.h>

#include "kernel/compiler.h"
#include "kernel/errno.h"
#include "kernel/printk.h"

#define MMAP_ENTRY_MIN	24
#define ELF_SECTION_MIN 40 /* sizeof(Elf32_Shdr) */

#define RSDP_SIGNATURE "RSD PTR "
#define RSDP_V1_SIZE   20
#define RSDP_V2_SIZE   36

/* The string that begins `offset` bytes into the tag, or NULL, with the error
 * written, if the tag ends before the string does. */
static const char *tag_string(const struct tag *tag, unsigned offset,
			      struct boot_error *err)
{
	const char *text = (const char *)tag->data + offset;
	unsigned room = tag->size - offset;

	if (strnlen(text, room) < room)
		return text;
	tag_error(err, tag, "its string has no end within %u bytes", room);
	return NULL;
}

/* 3.6.2: its size is fixed, so a longer one is damaged. */
static int parse_end(const struct tag *tag, struct boot_info *info,
		     struct boot_error *err)
{
	(void)info;
	if (tag->size != TAG_HEADER_SIZE)
		return tag_error(err, tag, "a size of %u is not %d", tag->size,
				 TAG_HEADER_SIZE);
	return 0;
}

/* 3.6.5: the words behind the kernel's file name in GRUB's configuration. */
static int parse_cmdline(const struct tag *tag, struct boot_info *info,
			 struct boot_error *err)
{
	info->cmdline = tag_string(tag, TAG_HEADER_SIZE, err);
	return info->cmdline ? 0 : -EINVAL;
}

/* 3.6.9 */
static int parse_loader(const struct tag *tag, struct boot_info *info,
			struct boot_error *err)
{
	info->loader = tag_string(tag, TAG_HEADER_SIZE, err);
	return info->loader ? 0 : -EINVAL;
}

/* 3.6.6 */
static int parse_module(const struct tag *tag, struct boot_info *info,
			struct boot_error *err)
{
	struct boot_module *module = &info->module[info->module_count];
	unsigned start = read_u32(tag->data + 8);
	unsigned end = read_u32(tag->data + 12);

	if (info->module_count == BOOT_MODULES_MAX) {
		tag_error(err, tag, "Loft takes no more than %d modules",
			  BOOT_MODULES_MAX);
		return -ENOSPC;
	}
	if (end < start)
		return tag_error(err, tag,
				 "it ends at 0x%x, before its start at 0x%x",
				 end, start);
	module->start = start;
	module->end = end;
	module->cmdline = tag_string(tag, 16, err);
	if (!module->cmdline)
		return -EINVAL;
	info->module_count++;
	return 0;
}

/* 3.6.3 */
static int parse_meminfo(const struct tag *tag, struct boot_info *info,
			 struct boot_error *err)
{
	(void)err;
	info->meminfo.present = true;
	info->meminfo.lower_kib = read_u32(tag->data + 8);
	info->meminfo.upper_kib = read_u32(tag->data + 12);
	return 0;
}

/* 3.6.8. The specification promises that entries of a later version are longer
 * and begin like these, so any version is accepted. */
static int parse_mmap(const struct tag *tag, struct boot_info *info,
		      struct boot_error *err)
{
	unsigned entry_size = read_u32(tag->data + 8);
	unsigned bytes = tag->size - 16;

	if (entry_size < MMAP_ENTRY_MIN || !IS_ALIGNED(entry_size, 8))
		return tag_error(err, tag,
				 "an entry size of %u is not a multiple of 8 "
				 "from %d up",
				 entry_size, MMAP_ENTRY_MIN);
	if (bytes % entry_size)
		return tag_error(err, tag,
				 "%u bytes are no whole number of entries of "
				 "%u bytes",
				 bytes, entry_size);
	if (!bytes) {
		tag_error(err, tag, "the memory map has no entries");
		return -ENOENT;
	}
	info->mmap.entries = tag->data + 16;
	info->mmap.count = bytes / entry_size;
	info->mmap.entry_size = entry_size;
	info->mmap.entry_version = read_u32(tag->data + 12);
	return 0;
}

/* 3.6.12: Loft does not draw on it, so its address may be anywhere. Checks that
 * its figures agree with each other. */
static int parse_framebuffer(const struct tag *tag, struct boot_info *info,
			     struct boot_error *err)
{
	struct boot_framebuffer *fb = &info->framebuffer;

	fb->present = true;
	fb->addr = read_u64(tag->data + 8);
	fb->pitch = read_u32(tag->data + 16);
	fb->width = read_u32(tag->data + 20);
	fb->height = read_u32(tag->data + 24);
	fb->bpp = tag->data[28];
	fb->type = tag->data[29];
	if ((uint64_t)fb->width * fb->bpp > (uint64_t)fb->pitch * 8)
		return tag_error(err, tag,
				 "%u cells of %u bits do not fit in a row of "
				 "%u bytes",
				 fb->width, (unsigned)fb->bpp, fb->pitch);
	if ((uint64_t)fb->pitch * fb->height > PHYS_ADDR_MAX - fb->addr)
		return tag_error(err, tag,
				 "%u rows of %u bytes from 0x%llx run past "
				 "the address space",
				 fb->height, fb->pitch,
				 (unsigned long long)fb->addr);
	return 0;
}

/* 3.6.7. The specification's drawing has 16-bit fields here; its header file,
 * GRUB and every loader have 32-bit ones, and those are read. */
static int parse_elf(const struct tag *tag, struct boot_info *info,
		     struct boot_error *err)
{
	struct boot_elf *elf = &info->elf;
	unsigned bytes = tag->size - 20;

	elf->count = read_u32(tag->data + 8);
	elf->entry_size = read_u32(tag->data + 12);
	elf->names = read_u32(tag->data + 16);
	elf->sections = tag->data + 20;
	if (elf->entry_size < ELF_SECTION_MIN)
		return tag_error(err, tag,
				 "a section header of %u bytes is shorter "
				 "than %d",
				 elf->entry_size, ELF_SECTION_MIN);
	if (elf->count > bytes / elf->entry_size)
		return tag_error(err, tag,
				 "%u section headers of %u bytes do not fit "
				 "in %u bytes",
				 elf->count, elf->entry_size, bytes);
	if (elf->count && elf->names >= elf->count)
		return tag_error(err, tag,
				 "names in section %u, where there are %u "
				 "sections",
				 elf->names, elf->count);
	return 0;
}

/* Whether `n` bytes add up to 0, as ACPI's structures do. */
static bool checksum_ok(const uint8_t *p, unsigned n)
{
	uint8_t sum = 0;

	while (n--)
		sum = (uint8_t)(sum + *p++);
	return sum == 0;
}

/* Checks and keeps what both forms of the RSDP begin with (ACPI 6.4, 5.2.5.3).
 * The longer form is preferred, in whatever order the two come. */
static int parse_rsdp(const struct tag *tag, struct boot_info *info,
		      unsigned length, struct boot_error *err)
{
	const uint8_t *p = tag->data + TAG_HEADER_SIZE;
	struct boot_rsdp *rsdp = &info->rsdp;

	if (memcmp(p, RSDP_SIGNATURE, 8))
		return tag_error(err, tag, "no \"" RSDP_SIGNATURE "\" in it");
	if (!checksum_ok(p, RSDP_V1_SIZE) || !checksum_ok(p, length))
		return tag_error(err, tag, "its checksum is wrong");
	if (rsdp->present && length < RSDP_V2_SIZE)
		return 0;
	rsdp->present = true;
	rsdp->revision = p[15];
	memcpy(rsdp->oem, p + 9, 6);
	rsdp->oem[6] = '\0';
	rsdp->rsdt = read_u32(p + 16);
	if (length >= RSDP_V2_SIZE)
		rsdp->xsdt = read_u64(p + 24);
	return 0;
}

/* 3.6.16 */
static int parse_rsdp_old(const struct tag *tag, struct boot_info *info,
			  struct boot_error *err)
{
	return parse_rsdp(tag, info, RSDP_V1_SIZE, err);
}

/* 3.6.17. This form has a length. */
static int parse_rsdp_new(const struct tag *tag, struct boot_info *info,
			  struct boot_error *err)
{
	unsigned length = read_u32(tag->data + TAG_HEADER_SIZE + 20);

	if (length < RSDP_V2_SIZE || length > tag->size - TAG_HEADER_SIZE)
		return tag_error(err, tag,
				 "its length of %u is not between %d and %u",
				 length, RSDP_V2_SIZE,
				 tag->size - TAG_HEADER_SIZE);
	return parse_rsdp(tag, info, length, err);
}

/* 3.6.23 */
static int parse_load_base(const struct tag *tag, struct boot_info *info,
			   struct boot_error *err)
{
	(void)err;
	info->has_load_base = true;
	info->load_base = read_u32(tag->data + 8);
	return 0;
}

/* All tags of the specification. Those without a function are here for messages
 * about their size. */
const struct tag_kind tag_kinds[] = {
	{TAG_END, "end", 8, false, parse_end},
	{1, "command line", 9, false, parse_cmdline},
	{2, "loader name", 9, false, parse_loader},
	{3, "module", 17, true, parse_module},
	{4, "basic memory", 16, false, parse_meminfo},
	{5, "boot device", 8, true, NULL},
	{TAG_MMAP, "memory map", 16, false, parse_mmap},
	{7, "VBE", 8, true, NULL},
	{8, "framebuffer", 31, false, parse_framebuffer},
	{9, "ELF sections", 20, false, parse_elf},
	{10, "APM", 8, true, NULL},
	{11, "EFI32 system table", 8, true, NULL},
	{12, "EFI64 system table", 8, true, NULL},
	{13, "SMBIOS", 8, true, NULL},
	{14, "RSDP (ACPI 1.0)", 28, false, parse_rsdp_old},
	{15, "RSDP (ACPI 2.0)", 44, false, parse_rsdp_new},
	{16, "network", 8, true, NULL},
	{17, "EFI memory map", 8, true, NULL},
	{18, "EFI boot services", 8, true, NULL},
	{19, "EFI32 image handle", 8, true, NULL},
	{20, "EFI64 image handle", 8, true, NULL},
	{21, "load base", 12, false, parse_load_base},
};
const unsigned tag_kind_count = ARRAY_SIZE(tag_kinds);

/* The walk remembers a set of kinds in the bits of a word. */
STATIC_ASSERT(ARRAY_SIZE(tag_kinds) <= 32);

int tag_error(struct boot_error *err, const struct tag *tag, const char *fmt,
	      ...)
{
	size_t n = (size_t)snprintf(err->text, sizeof(err->text),
				    "multiboot2: %s tag (%u) at offset 0x%x: ",
				    tag->kind ? tag->kind->name : "unknown",
				    tag->type, tag->offset);
	va_list args;

	va_start(args, fmt);
	vsnprintf(err->text + n, sizeof(err->text) - n, fmt, args);
	va_end(args);
	return -EINVAL;
}

bool boot_mmap_get(const struct boot_mmap *map, unsigned i,
		   struct boot_mmap_entry *entry)
{
	const uint8_t *p;

	if (i >= map->count)
		return false;
	p = map->entries + (size_t)i * map->entry_size;
	entry->base = read_u64(p);
	entry->size = read_u64(p + 8);
	entry->type = read_u32(p + 16);
	return true;
}
