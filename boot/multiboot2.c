/* SPDX-License-Identifier: MIT */
/* Walks through a multiboot2 information block.
 *
 *   0          4          8                    8 + n * 8
 *   +----------+----------+------+------+---------+-----+------+------+
 *   |total_size| reserved | type | size | payload | pad | type | size | ...
 *   +----------+----------+------+------+---------+-----+------+------+
 *                         |<------- size ------->|
 *
 * Tags begin on 8-byte boundaries; `size` counts a tag's own 8-byte header but
 * not the padding behind it. A tag of type 0 and size 8 is the last.
 *
 * Rules: a byte is read only after its offset has been compared with the
 * block's length, by subtraction from what is left, so that no sum can wrap. A
 * block with two tags of a kind that may come once is damaged, because it is
 * unknown which one is right. The order of tags does not matter.
 *
 * Source: Multiboot2 Specification 2.0, section 3.6.1 and 3.6.2. */
#include "multiboot2.h"

#include "kernel/compiler.h"
#include "kernel/errno.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "multiboot2_tags.h"

#define INFO_HEADER_SIZE 8
#define TAG_ALIGN	 8

/* Writes the sentence "multiboot2: " + text, and returns -EINVAL. */
static int __printf(2, 3)
	block_error(struct boot_error *err, const char *fmt, ...)
{
	size_t n =
		(size_t)snprintf(err->text, sizeof(err->text), "multiboot2: ");
	va_list args;

	va_start(args, fmt);
	vsnprintf(err->text + n, sizeof(err->text) - n, fmt, args);
	va_end(args);
	return -EINVAL;
}

/* The kind of tags numbered `type`, or NULL. */
static const struct tag_kind *find_kind(unsigned type)
{
	for (unsigned i = 0; i < tag_kind_count; i++)
		if (tag_kinds[i].type == type)
			return &tag_kinds[i];
	return NULL;
}

/* Finds the tag at `offset` of the `total` bytes of the block and checks that
 * all of it lies there. The offset has 64 bits, since rounding one up to the
 * next tag may pass 2^32. */
static int read_tag(const uint8_t *block, unsigned total, uint64_t offset,
		    struct tag *tag, struct boot_error *err)
{
	if (offset > total || total - offset < TAG_HEADER_SIZE)
		return block_error(err,
				   "no end tag (0) before the block's end at "
				   "offset 0x%x",
				   total);
	tag->data = block + offset;
	tag->type = read_u32(tag->data);
	tag->size = read_u32(tag->data + 4);
	tag->offset = (unsigned)offset;
	tag->kind = find_kind(tag->type);
	if (tag->size < TAG_HEADER_SIZE)
		return tag_error(err, tag,
				 "a size of %u is less than a tag's header",
				 tag->size);
	if (tag->size > total - offset)
		return tag_error(err, tag,
				 "%u bytes of it run past the block's end at "
				 "offset 0x%x",
				 tag->size, total);
	return 0;
}

/* Checks one tag and adds its contents to `info`. `*seen` has a bit for each
 * kind that came before. */
static int parse_tag(const struct tag *tag, uint32_t *seen,
		     struct boot_info *info, struct boot_error *err)
{
	uint32_t bit;

	if (!tag->kind) {
		info->unknown_tags++;
		return 0;
	}
	if (tag->size < tag->kind->size_min)
		return tag_error(err, tag,
				 "a size of %u is too short, it needs %u",
				 tag->size, tag->kind->size_min);
	bit = (uint32_t)1 << (tag->kind - tag_kinds);
	if (!tag->kind->many && *seen & bit)
		return tag_error(err, tag, "there was one before it");
	*seen |= bit;
	return tag->kind->parse ? tag->kind->parse(tag, info, err) : 0;
}

/* The length that the block states, or 0 with the error written. */
static unsigned read_total(const uint8_t *block, size_t size,
			   struct boot_error *err)
{
	unsigned total;

	if (size < INFO_HEADER_SIZE) {
		block_error(err, "%zu bytes are no information block", size);
		return 0;
	}
	total = read_u32(block);
	if (total < INFO_HEADER_SIZE + TAG_HEADER_SIZE || total > size) {
		block_error(err,
			    "the block says it is %u bytes long, which is not "
			    "between %d and %zu",
			    total, INFO_HEADER_SIZE + TAG_HEADER_SIZE, size);
		return 0;
	}
	return total;
}

int multiboot2_parse(const void *block, size_t size, struct boot_info *info,
		     struct boot_error *err)
{
	unsigned total = read_total(block, size, err);
	uint64_t offset = INFO_HEADER_SIZE;
	uint32_t seen = 0;
	struct tag tag;
	int ret;

	if (!total)
		return -EINVAL;
	memset(info, 0, sizeof(*info));
	info->cmdline = "";
	info->loader = "";
	for (;;) {
		ret = read_tag(block, total, offset, &tag, err);
		if (ret)
			return ret;
		ret = parse_tag(&tag, &seen, info, err);
		if (ret)
			return ret;
		if (tag.type == TAG_END)
			break;
		offset = ALIGN(offset + tag.size, TAG_ALIGN);
	}
	info->trailing_bytes = total - tag.offset - tag.size;
	if (!info->mmap.count) {
		block_error(err, "the loader gave no memory map (tag %d)",
			    TAG_MMAP);
		return -ENOENT;
	}
	return 0;
}
