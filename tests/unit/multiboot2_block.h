/* SPDX-License-Identifier: MIT */
/* Multiboot2 blocks for tests: written tag by tag, whole or damaged, and given
 * to the parser in heap memory of just their size and at an odd address, so
 * that the sanitizers see a byte read too far, and a read that trusts an
 * alignment. */
#ifndef TESTS_MULTIBOOT2_BLOCK_H
#define TESTS_MULTIBOOT2_BLOCK_H

#include "boot/multiboot2.h"

/* The block being written, and what came of it. */
extern struct block {
	uint8_t bytes[8192];
	unsigned size;
	uint8_t *copy; /* what the parser was given begins at copy + 1 */
	struct boot_info info;
	struct boot_error err;
} t;

/* Fixtures: an empty block of a header, and the end. */
int begin(void **state);
int forget(void **state);

/* Write bytes and numbers where the block ends. */
void put(const void *bytes, unsigned n);
void put_u32(uint32_t value);
void put_u64(uint64_t value);

/* Pads with a byte that would be noticed, and writes a tag's header. */
void tag(unsigned type, unsigned payload);

/* Write whole tags; mmap_tag() is followed by `n` times mmap_entry(). */
void end_tag(void);
void string_tag(unsigned type, const char *text);
void mmap_tag(unsigned n);
void mmap_entry(uint64_t base, uint64_t size, unsigned type);
void module_tag(uint32_t start, uint32_t end, const char *text);
void elf_tag(unsigned num, unsigned entry_size, unsigned names, unsigned bytes);
void framebuffer_tag(uint64_t addr, uint32_t pitch, uint32_t width,
		     uint32_t height, uint8_t bpp);

/* The least that a block must have beside what a test is about: 40 bytes. */
void some_mmap(void);

/* Writes an RSDP of either form (tag 14 or 15) and returns it, for damage. */
uint8_t *rsdp_tag(unsigned type, uint32_t rsdt, uint64_t xsdt);

/* Parses the first `given` bytes of the block as it stands. */
int parse_bytes(unsigned given);

/* Fills in the block's length and parses all of it. */
int parse(void);

/* Parses a block that must be refused, with a sentence that has `part`. */
void assert_refused(int error, const char *part);

#endif
