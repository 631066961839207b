/* SPDX-License-Identifier: MIT */
/* Physical memory for ACPI tests: a few tables at addresses of their own, 32
 * or 64 bits long. What is mapped is a heap copy of just the size asked for,
 * so that the sanitizers see a byte read behind a table's end, and one mapping
 * is allowed at a time, as on the machine. */
#ifndef ACPI_FIXTURE_H
#define ACPI_FIXTURE_H

#include "memblock_fixture.h"

#include "arch/acpi.h"
#include "arch/fixmap.h"
#include "kernel/compiler.h"

#define RSDT_AT	 0xbffe1000
#define XSDT_AT	 0x1bffe2000
#define TABLE_AT 0xbffe4000

struct blob {
	phys_addr_t phys;
	uint8_t bytes[4096];
	size_t size;
};

static struct {
	struct blob blob[8];
	unsigned count;
	void *mapped;
	struct boot_rsdp rsdp;
} t;

static int begin(void **state)
{
	assert_null(t.mapped);
	memset(&t, 0, sizeof(t));
	t.rsdp.present = true;
	t.rsdp.rsdt = RSDT_AT;
	return setup(state);
}

bool early_copy_from_phys(void *dst, phys_addr_t phys, size_t size)
{
	for (unsigned i = 0; i < t.count; i++) {
		const struct blob *b = &t.blob[i];

		if (phys < b->phys || phys - b->phys > sizeof(b->bytes) ||
		    size > sizeof(b->bytes) - (size_t)(phys - b->phys))
			continue;
		memcpy(dst, b->bytes + (phys - b->phys), size);
		return true;
	}
	return false;
}

const void *early_memremap(phys_addr_t phys, size_t size)
{
	assert_null(t.mapped);
	if (!size || size > sizeof(t.blob[0].bytes))
		return NULL;
	t.mapped = malloc(size);
	if (early_copy_from_phys(t.mapped, phys, size))
		return t.mapped;
	early_memunmap();
	return NULL;
}

void early_memunmap(void)
{
	assert_non_null(t.mapped);
	free(t.mapped);
	t.mapped = NULL;
}

/* Puts bytes behind what is there of a table. */
static void add(struct blob *b, const void *bytes, size_t size)
{
	assert_true(b->size + size <= sizeof(b->bytes));
	memcpy(b->bytes + b->size, bytes, size);
	b->size += size;
}

/* Makes the bytes of a table add up to `sum`. */
static void set_sum(struct blob *b, uint8_t sum)
{
	uint8_t *checksum = b->bytes + offsetof(struct acpi_header, checksum);

	*checksum = 0;
	for (size_t i = 0; i < b->size; i++)
		sum = (uint8_t)(sum - b->bytes[i]);
	*checksum = sum;
}

/* Fills in length and checksum of a table that is complete. */
static void finish(struct blob *b)
{
	uint32_t length = (uint32_t)b->size;

	memcpy(b->bytes + offsetof(struct acpi_header, length), &length, 4);
	set_sum(b, 0);
}

/* Begins a table at `phys`. */
static struct blob *table(phys_addr_t phys, const char *signature)
{
	struct acpi_header header = {.revision = 2};
	struct blob *b = &t.blob[t.count++];

	assert_true(t.count <= ARRAY_SIZE(t.blob));
	b->phys = phys;
	memcpy(header.signature, signature, 4);
	memcpy(header.oem, "LOFTED", 6);
	add(b, &header, sizeof(header));
	finish(b);
	return b;
}

/* Writes a root table of addresses of `width` bytes, ended by 0. */
static inline struct blob *root(phys_addr_t phys, const char *signature,
				size_t width, const uint64_t *entries)
{
	struct blob *b = table(phys, signature);

	for (; *entries; entries++)
		add(b, entries, width);
	finish(b);
	return b;
}

#define ENTRIES(...) ((const uint64_t[]){__VA_ARGS__, 0})
#define TEST(name)   cmocka_unit_test_setup(name, begin)

#endif
