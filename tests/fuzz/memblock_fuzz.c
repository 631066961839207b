/* SPDX-License-Identifier: MIT */
/* sources: mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* Any calls in any order, from bytes: each call is 12 bytes, an opcode, small
 * numbers and a range. The model test knows what must come out; here ranges
 * come from all 64 bits of address, and what must hold is what holds always:
 * lists are sorted, nothing is empty, nothing alike touches, totals are right;
 * an allocation is memory, was not reserved, and lies where it was asked for.
 *
 *	physical 0 ............ 4 MiB ............................ 2^64
 *	         RAM that arrays grow into    addresses without RAM behind them
 */
#include <stdlib.h>
#include <string.h>

#include "arch/host.h"
#include "arch/page.h"
#include "mm/memblock.h"

static char ram[4 << 20] __attribute__((aligned(4096)));

static struct memblock_type *const lists[] = {&memblock.memory,
					      &memblock.reserved, &physmem};

/* The arrays that the lists begin with. */
static struct memblock_region *first_array[3];

#define must(cond)                                                \
	do {                                                      \
		if (!(cond))                                      \
			abort(); /* the sanitizer prints where */ \
	} while (0)

static void reset(int i, unsigned long max)
{
	struct memblock_type *type = lists[i];

	if (!first_array[i])
		first_array[i] = type->regions;
	type->regions = first_array[i];
	memset(type->regions, 0, 128 * sizeof(*type->regions));
	type->cnt = 1;
	type->max = max;
	type->total_size = 0;
}

/* True if an array that grew lies in the range: to free that is the caller's
 * mistake, which no list survives. */
static bool holds_array(phys_addr_t base, phys_addr_t size)
{
	phys_addr_t at, end;
	int i;

	for (i = 0; i < 3; i++) {
		if (lists[i]->regions == first_array[i])
			continue;
		at = virt_to_phys(lists[i]->regions);
		end = at + lists[i]->max * sizeof(*lists[i]->regions);
		if (at < base + size && base < PAGE_ALIGN(end))
			return true;
	}
	return false;
}

static void check_list(const struct memblock_type *type)
{
	const struct memblock_region *r = type->regions;
	phys_addr_t total = 0;
	unsigned long i;

	must(type->cnt >= 1 && type->cnt <= type->max);
	for (i = 0; i < memblock_count(type); i++, r++) {
		must(r->size && r->base + r->size > r->base);
		total += r->size;
		if (!i)
			continue;
		must(r[-1].base + r[-1].size <= r->base);
		must(r[-1].base + r[-1].size < r->base || r[-1].nid != r->nid ||
		     r[-1].flags != r->flags);
	}
	must(total == type->total_size);
}

/* An address: in the RAM, in steps of 16 or of 64 bytes; anywhere by a shift;
 * or at the end of the address space. */
static phys_addr_t address(const uint8_t *byte)
{
	phys_addr_t n = byte[0] | (phys_addr_t)byte[1] << 8;

	switch (byte[2] & 3) {
	case 0:
		return n << 6;
	case 1:
		return n << (byte[2] >> 2);
	case 2:
		return PHYS_ADDR_MAX - n;
	default:
		return n << 4;
	}
}

static void check_walks(int nid, unsigned flags)
{
	phys_addr_t i, start, end, up = 0, down = 0;

	for_each_free_mem_range(i, nid, flags, &start, &end, NULL) {
		must(start < end && memblock_is_memory(start));
		must(!memblock_is_region_reserved(start, end - start));
		up += end - start;
	}
	for_each_free_mem_range_reverse(i, nid, flags, &start, &end, NULL)
		down += end - start;
	must(up == down);
}

static void check_alloc(phys_addr_t size, phys_addr_t align, phys_addr_t start,
			phys_addr_t end)
{
	struct memblock_type *reserved = &memblock.reserved;
	phys_addr_t before = reserved->total_size, at;
	struct memblock_region *array = reserved->regions;

	at = memblock_phys_alloc_range(size, align, start, end);
	if (!at)
		return;
	must(at >= PAGE_SIZE && at >= start && at + size > at);
	must(end == 0 || at + size <= end);
	must(at + size <= memblock.current_limit);
	must((at & ((align ? align : SMP_CACHE_BYTES) - 1)) == 0);
	must(memblock_is_region_memory(at, size));
	must(memblock_is_map_memory(at) && memblock_is_reserved(at));
	must(reserved->regions != array ||
	     reserved->total_size == before + size);
}

/* The forms that return a pointer clear what they give, or find nothing. */
static void check_pointer(phys_addr_t size, phys_addr_t align, phys_addr_t min,
			  phys_addr_t max, int nid)
{
	const char *byte = memblock_alloc_try_nid(size, align, min, max, nid);

	must(!byte || memblock_is_reserved(virt_to_phys(byte)));
	must(!byte || (byte[0] == 0 && byte[size - 1] == 0));
}

static void one_call(const uint8_t *in)
{
	phys_addr_t base = address(in + 2), size = address(in + 5);
	phys_addr_t more = address(in + 8), align = 1ULL << (in[1] & 63);
	int nid = (in[1] & 7) - 1;
	unsigned flags = in[1] >> 4;

	switch (in[0] % 16) {
	case 0:
	case 1:
		memblock_add_node(base, size, nid, flags);
		break;
	case 2:
		memblock_remove(base, size);
		break;
	case 3:
	case 4:
		memblock_reserve(base, size);
		break;
	case 5:
		if (!holds_array(base, min(size, PHYS_ADDR_MAX - base)))
			memblock_phys_free(base, size);
		break;
	case 6:
		memblock_change_flags(base, size, in[11] & 15, flags);
		break;
	case 7:
		memblock_set_node(base, size, &memblock.memory, nid);
		break;
	case 8:
		memblock_trim_memory(align);
		break;
	case 9:
		if (!holds_array(0, PHYS_ADDR_MAX))
			memblock_cap_memory_range(base, size);
		break;
	case 10:
		if (!holds_array(0, PHYS_ADDR_MAX))
			memblock_enforce_memory_limit(base);
		break;
	case 11:
		memblock_set_bottom_up(in[1] & 1);
		break;
	case 12:
		memblock_physmem_add(base, size);
		break;
	case 13:
		check_walks(nid, in[11] & 15);
		break;
	case 14:
		check_pointer(size, align, base, more, nid);
		break;
	default:
		check_alloc(size, in[11] & 128 ? in[11] : align, base, more);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The first byte says with how many regions the arrays begin. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	int i;

	if (len < 1)
		return 0;
	host_log_clear();
	host_memory_set(ram, 0, sizeof(ram));
	for (i = 0; i < 3; i++)
		reset(i, 4 + data[0] % 125);
	memblock.bottom_up = false;
	memblock.current_limit = sizeof(ram);
	memblock_allow_resize();
	for (data++, len--; len >= 12; data += 12, len -= 12) {
		one_call(data);
		for (i = 0; i < 3; i++)
			check_list(lists[i]);
	}
	return 0;
}
