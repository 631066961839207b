/* SPDX-License-Identifier: MIT */
/* Writes multiboot2 blocks; see the header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "multiboot2_block.h"

struct block t;

void put(const void *bytes, unsigned n)
{
	assert_true(t.size + n <= sizeof(t.bytes));
	memcpy(t.bytes + t.size, bytes, n);
	t.size += n;
}

void put_u32(uint32_t value)
{
	put(&value, sizeof(value));
}

void put_u64(uint64_t value)
{
	put(&value, sizeof(value));
}

void tag(unsigned type, unsigned payload)
{
	while (t.size % 8)
		put("\xee", 1);
	put_u32(type);
	put_u32(8 + payload);
}

void end_tag(void)
{
	tag(0, 0);
}

void string_tag(unsigned type, const char *text)
{
	tag(type, (unsigned)strlen(text) + 1);
	put(text, (unsigned)strlen(text) + 1);
}

void mmap_tag(unsigned n)
{
	tag(6, 8 + n * 24);
	put_u32(24);
	put_u32(0);
}

void mmap_entry(uint64_t base, uint64_t size, unsigned type)
{
	put_u64(base);
	put_u64(size);
	put_u32(type);
	put_u32(0);
}

void some_mmap(void)
{
	mmap_tag(1);
	mmap_entry(0x100000, 0x7f00000, 1);
}

void module_tag(uint32_t start, uint32_t end, const char *text)
{
	tag(3, 8 + (unsigned)strlen(text) + 1);
	put_u32(start);
	put_u32(end);
	put(text, (unsigned)strlen(text) + 1);
}

void elf_tag(unsigned num, unsigned entry_size, unsigned names, unsigned bytes)
{
	static const uint8_t zeros[512];

	tag(9, 12 + bytes);
	put_u32(num);
	put_u32(entry_size);
	put_u32(names);
	put(zeros, bytes);
}

void framebuffer_tag(uint64_t addr, uint32_t pitch, uint32_t width,
		     uint32_t height, uint8_t bpp)
{
	tag(8, 24);
	put_u64(addr);
	put_u32(pitch);
	put_u32(width);
	put_u32(height);
	put(&bpp, 1);
	put("\x01\x00\x00", 3);
}

/* Changes byte `at` so that the `n` bytes at `p` add up to 0. */
static void set_checksum(uint8_t *p, unsigned n, unsigned at)
{
	uint8_t sum = 0;

	p[at] = 0;
	for (unsigned i = 0; i < n; i++)
		sum = (uint8_t)(sum + p[i]);
	p[at] = (uint8_t)-sum;
}

uint8_t *rsdp_tag(unsigned type, uint32_t rsdt, uint64_t xsdt)
{
	unsigned length = type == 14 ? 20 : 36;
	uint8_t *p;

	tag(type, length);
	p = t.bytes + t.size;
	put("RSD PTR \0LOFTED", 15);
	put(type == 14 ? "\0" : "\2", 1);
	put_u32(rsdt);
	if (type == 15) {
		put_u32(length);
		put_u64(xsdt);
		put("\0\0\0\0", 4);
	}
	set_checksum(p, 20, 8);
	if (type == 15)
		set_checksum(p, 36, 32);
	return p;
}

int parse_bytes(unsigned given)
{
	free(t.copy);
	t.copy = malloc(given + 1);
	assert_non_null(t.copy);
	memcpy(t.copy + 1, t.bytes, given);
	memset(&t.err, 0, sizeof(t.err));
	memset(&t.info, 0xaa, sizeof(t.info));
	return multiboot2_parse(t.copy + 1, given, &t.info, &t.err);
}

int parse(void)
{
	memcpy(t.bytes, &t.size, 4);
	return parse_bytes(t.size);
}

void assert_refused(int error, const char *part)
{
	assert_int_equal(parse(), error);
	if (!strstr(t.err.text, part))
		fail_msg("\"%s\" is not in \"%s\"", part, t.err.text);
	assert_true(strlen(t.err.text) + 1 < sizeof(t.err.text));
}

int begin(void **state)
{
	(void)state;
	free(t.copy);
	memset(&t, 0, sizeof(t));
	put_u64(0);
	return 0;
}

int forget(void **state)
{
	(void)state;
	free(t.copy);
	t.copy = NULL;
	return 0;
}
