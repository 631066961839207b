/* SPDX-License-Identifier: MIT */
/* What the memblock tests share: an empty memblock before each test, 1 MiB of
 * RAM behind the addresses from 0, and lists written as text:
 *
 *	"1000-3000 8000-9000@1!4"    @ the node, ! the flags, if there are any
 *
 * A test then reads as (calls -> list). memblock has no state but its objects,
 * so to write them is to reset it; only the permission to grow stays. */
#ifndef MEMBLOCK_FIXTURE_H
#define MEMBLOCK_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arch/host.h"
#include "arch/page.h"
#include "kernel/errno.h"
#include "mm/memblock.h"

#define KB(n) ((phys_addr_t)(n) << 10)

static char ram[1 << 20] __attribute__((aligned(4096)));

static void reset_list(struct memblock_type *type, struct memblock_region *regs,
		       const char *name)
{
	memset(regs, 0, 128 * sizeof(*regs));
	*type = (struct memblock_type){
		.cnt = 1, .max = 128, .regions = regs, .name = name};
}

static int setup(void **state)
{
	static struct memblock_region *memory, *reserved, *reported;

	(void)state;
	if (!memory) {
		memory = memblock.memory.regions;
		reserved = memblock.reserved.regions;
		reported = physmem.regions;
	}
	reset_list(&memblock.memory, memory, "memory");
	reset_list(&memblock.reserved, reserved, "reserved");
	reset_list(&physmem, reported, "physmem");
	memblock.bottom_up = false;
	memblock.current_limit = PHYS_ADDR_MAX;
	host_memory_set(ram, 0, sizeof(ram));
	host_log_clear();
	return 0;
}

/* The list as text; in checking it also holds the invariants of every list:
 * sorted, packed, nothing alike touching, a right total. */
static inline const char *list_text(const struct memblock_type *type)
{
	static char text[16384];
	const struct memblock_region *r = type->regions;
	phys_addr_t total = 0;
	size_t len = 0;
	unsigned long i;

	text[0] = '\0';
	assert_true(type->cnt >= 1 && type->cnt <= type->max);
	for (i = 0; i < memblock_count(type); i++, r++) {
		assert_true(r->size > 0 && r->base + r->size > r->base);
		if (i > 0) {
			assert_true(r[-1].base + r[-1].size <= r->base);
			assert_false(r[-1].base + r[-1].size == r->base &&
				     r[-1].nid == r->nid &&
				     r[-1].flags == r->flags);
		}
		total += r->size;
		len += (size_t)snprintf(
			text + len, sizeof(text) - len, "%s%llx-%llx",
			i ? " " : "", (unsigned long long)r->base,
			(unsigned long long)(r->base + r->size));
		if (r->nid != NUMA_NO_NODE)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
						"@%d", r->nid);
		if (r->flags)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
						"!%x", (unsigned)r->flags);
	}
	assert_true(total == type->total_size);
	if (total == 0) {
		assert_int_equal(type->cnt, 1);
		assert_true(r->base == 0 && r->size == 0);
	}
	return text;
}

#define assert_list(type, text) assert_string_equal(list_text(type), text)
#define assert_memory(text)	assert_list(&memblock.memory, text)
#define assert_reserved(text)	assert_list(&memblock.reserved, text)
#define assert_ok(call)		assert_int_equal(call, 0)

/* Addresses are 64 bits, cmocka's integers on a 32-bit host too. */
#define assert_phys(expr, value)                     \
	assert_int_equal((unsigned long long)(expr), \
			 (unsigned long long)(value))

#define test(name) cmocka_unit_test_setup(name, setup)

#endif
