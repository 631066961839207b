/* SPDX-License-Identifier: MIT */
/* Declarations that the two halves of the multiboot2 parser share:
 * boot/multiboot2.c walks from tag to tag, boot/multiboot2_tags.c reads the
 * contents of one. */
#ifndef BOOT_MULTIBOOT2_TAGS_H
#define BOOT_MULTIBOOT2_TAGS_H

#include "boot/boot_info.h"
#include "kernel/compiler.h"
#include "kernel/string.h"
#include "kernel/types.h"

#define TAG_HEADER_SIZE 8
#define TAG_END		0
#define TAG_MMAP	6

struct tag;

/* A kind of tag. */
struct tag_kind {
	unsigned type;
	const char *name;
	unsigned size_min; /* the least that its size may be */
	bool many;	   /* may come more than once */
	/* Fills `info` from a tag of at least size_min bytes; NULL for tags
	 * that Loft does not use. Returns as multiboot2_parse() does. */
	int (*parse)(const struct tag *tag, struct boot_info *info,
		     struct boot_error *err);
};

/* A tag whose bytes, all `size` of them, lie in the block. */
struct tag {
	const uint8_t *data; /* begins with the tag's header */
	unsigned type;
	unsigned size;
	unsigned offset;	     /* in the block, for messages */
	const struct tag_kind *kind; /* NULL: not in the specification */
};

/* Every kind that the specification has; there are at most 32. */
extern const struct tag_kind tag_kinds[];
extern const unsigned tag_kind_count;

/* Little-endian numbers at any alignment. */
static inline unsigned read_u32(const uint8_t *p)
{
	uint32_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

static inline uint64_t read_u64(const uint8_t *p)
{
	uint64_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

/* Writes a sentence to `err` with the tag's name, number and offset in front.
 * Returns -EINVAL. */
int tag_error(struct boot_error *err, const struct tag *tag, const char *fmt,
	      ...) __printf(3, 4);

#endif
