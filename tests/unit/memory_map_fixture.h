/* SPDX-License-Identifier: MIT */
/* What the memory map tests share: an empty memblock, and a map written entry
 * by entry as a loader lays it out. */
#ifndef MEMORY_MAP_FIXTURE_H
#define MEMORY_MAP_FIXTURE_H

#include "memblock_fixture.h"

#include "boot/memory_map.h"
#include "kernel/compiler.h"

#define MAX_ENTRIES 1200
#define PAE	    GiB(64)

/* The map under test, as a loader would lay it out. */
static struct {
	uint8_t bytes[MAX_ENTRIES * 24];
	struct boot_mmap map;
	struct boot_error err;
} t;

static int begin(void **state)
{
	memset(&t, 0, sizeof(t));
	t.map.entries = t.bytes;
	t.map.entry_size = 24;
	return setup(state);
}

static void entry(uint64_t base, uint64_t size, uint32_t type)
{
	uint8_t *p = t.bytes + (size_t)t.map.count * 24;

	assert_true(t.map.count < MAX_ENTRIES);
	memcpy(p, &base, 8);
	memcpy(p + 8, &size, 8);
	memcpy(p + 16, &type, 4);
	t.map.count++;
}

static int apply(phys_addr_t max_phys)
{
	return memory_map_apply(&t.map, max_phys, &t.err);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

#endif
