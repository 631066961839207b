/* SPDX-License-Identifier: MIT */
/* sources: mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* memblock held against a model that cannot be wrong: one cell for each byte
 * of a small address space, every call a loop over bytes.
 *
 *	random call --> memblock --> lists and walks --.
 *	            `-> cells    --> the same, derived -`-> must be equal
 *
 * Two runs: arrays of a few regions that may not grow, where calls have to be
 * refused and then change nothing; and arrays that start as small and double,
 * from a bank of RAM above the cells.
 *
 *	SEED=123 OPS=1000000 build/.../memblock_model_test
 *
 * repeats or prolongs a run; a failure prints the seed and the call. */
#include <time.h>
#include <unistd.h>

#include "memblock_fixture.h"

/* The cells: 6 KiB, with the end of the first page among them. */
#define CELLS_BASE 0xc00
#define CELLS	   0x1800
#define CELLS_END  (CELLS_BASE + CELLS)

/* Where arrays grow, out of the way of the cells. */
#define BANK	  0x10000
#define BANK_SIZE 0x40000

/* Calls before everything starts again from nothing. */
#define EPISODE 300

struct cell {
	bool mem, res;
	signed char nid;
	unsigned char flags;
};
static struct cell cells[CELLS + 1]; /* the last one stays empty */

static unsigned long long seed, state_of_random;
static unsigned long calls, refused, allocated;
static char call[200]; /* the call being checked, for messages */
static bool growing;

static unsigned long long rnd(unsigned long long below)
{
	state_of_random ^= state_of_random << 13;
	state_of_random ^= state_of_random >> 7;
	state_of_random ^= state_of_random << 17;
	return (state_of_random >> 11) % below;
}

#define check(cond)                                                           \
	do {                                                                  \
		if (!(cond))                                                  \
			fail_msg("SEED=%llu, call %lu, %s: not so: %s", seed, \
				 calls, call, #cond);                         \
	} while (0)

#define note(...) snprintf(call, sizeof(call), __VA_ARGS__)

/* ---- What the cells say -------------------------------------------------- */

/* True if bytes i and i + 1 belong to one region of memory, or of reserved. */
static bool same_mem(unsigned i)
{
	return cells[i].mem && cells[i + 1].mem &&
	       cells[i].nid == cells[i + 1].nid &&
	       cells[i].flags == cells[i + 1].flags;
}

static bool same_res(unsigned i)
{
	return cells[i].res && cells[i + 1].res;
}

/* Compares a list with the cells, region by region; what lies in the bank is
 * left out. Returns how many regions the cells have. */
static unsigned check_list(const struct memblock_type *type, bool reserved)
{
	const struct memblock_region *r = type->regions;
	unsigned i, start = 0, n = 0;

	list_text(type);
	for (i = 0; i < CELLS; i++) {
		if (!(reserved ? cells[i].res : cells[i].mem)) {
			start = i + 1;
			continue;
		}
		if (reserved ? same_res(i) : same_mem(i))
			continue;
		check(n < memblock_count(type));
		check(r[n].base == CELLS_BASE + start);
		check(r[n].size == i + 1 - start);
		check(reserved || r[n].nid == cells[i].nid);
		check(reserved || r[n].flags == cells[i].flags);
		start = i + 1;
		n++;
	}
	check(n == memblock_count(type) || r[n].base >= BANK);
	return n;
}

static bool counts_in_walk(const struct cell *c, int nid, unsigned flags)
{
	if (!c->mem || c->res || (nid != NUMA_NO_NODE && nid != c->nid))
		return false;
	if ((flags & MEMBLOCK_MIRROR) && !(c->flags & MEMBLOCK_MIRROR))
		return false;
	if ((c->flags & MEMBLOCK_NOMAP) && !(flags & MEMBLOCK_NOMAP))
		return false;
	return !(c->flags & MEMBLOCK_DRIVER_MANAGED) ||
	       (flags & MEMBLOCK_DRIVER_MANAGED);
}

/* Compares a walk over free memory, upwards, and then downwards. */
static void check_walks(int nid, unsigned flags)
{
	static phys_addr_t starts[CELLS], ends[CELLS];
	phys_addr_t i, start, end;
	unsigned k, n = 0, seen = 0;
	int got;

	for (k = 0; k < CELLS; k++) {
		if (!counts_in_walk(&cells[k], nid, flags))
			continue;
		if (!k || !counts_in_walk(&cells[k - 1], nid, flags) ||
		    !same_mem(k - 1))
			starts[n++] = CELLS_BASE + k;
		ends[n - 1] = CELLS_BASE + k + 1;
	}
	for_each_free_mem_range(i, nid, flags, &start, &end, &got) {
		if (start >= BANK)
			continue;
		check(seen < n && start == starts[seen] && end == ends[seen]);
		check(got == cells[start - CELLS_BASE].nid);
		seen++;
	}
	check(seen == n);
	for_each_free_mem_range_reverse(i, nid, flags, &start, &end, &got) {
		if (start >= BANK)
			continue;
		seen--;
		check(seen < n && start == starts[seen] && end == ends[seen]);
		check(got == cells[start - CELLS_BASE].nid);
	}
	check(seen == 0);
}

static void check_queries(void)
{
	unsigned i = (unsigned)rnd(CELLS), size = (unsigned)rnd(64) + 1, k;
	bool whole = cells[i].mem, any = false;

	for (k = i; k < i + size && k < CELLS; k++) {
		any |= cells[k].res;
		whole &= k + 1 == i + size || same_mem(k);
	}
	check(memblock_is_memory(CELLS_BASE + i) == cells[i].mem);
	check(memblock_is_reserved(CELLS_BASE + i) == cells[i].res);
	check(memblock_is_map_memory(CELLS_BASE + i) ==
	      (cells[i].mem && !(cells[i].flags & MEMBLOCK_NOMAP)));
	check(memblock_is_region_memory(CELLS_BASE + i, size) == whole);
	check(memblock_is_region_reserved(CELLS_BASE + i, size) == any);
}

static void check_all(void)
{
	unsigned mem = check_list(&memblock.memory, false);
	unsigned res = check_list(&memblock.reserved, true);

	check(growing || mem <= memblock.memory.max);
	check(growing || res <= memblock.reserved.max);
	check_queries();
	if (calls % 8 == 0)
		check_walks((int)rnd(4) - 1, (unsigned)rnd(16));
}

/* ---- Calls on ranges ----------------------------------------------------- */

/* What to do to each byte of a range. */
enum action {
	ADD,
	REMOVE,
	RESERVE,
	FREE,
	MARK,
	CLEAR,
	SET_NODE,
	ACTIONS
};

static void act(struct cell *c, enum action what, int nid, unsigned flags)
{
	switch (what) {
	case ADD:
		if (!c->mem)
			*c = (struct cell){true, c->res, (signed char)nid,
					   (unsigned char)flags};
		break;
	case REMOVE:
		c->mem = false;
		break;
	case RESERVE:
	case FREE:
		c->res = what == RESERVE;
		break;
	case MARK:
		c->flags |= c->mem ? flags : 0;
		break;
	case CLEAR:
		c->flags &= ~flags;
		break;
	default:
		c->nid = (signed char)nid;
	}
}

static int do_call(enum action what, phys_addr_t base, phys_addr_t size,
		   int nid, enum memblock_flags flags)
{
	switch (what) {
	case ADD:
		return memblock_add_node(base, size, nid, flags);
	case REMOVE:
		return memblock_remove(base, size);
	case RESERVE:
		return memblock_reserve(base, size);
	case FREE:
		return memblock_phys_free(base, size);
	case MARK:
		return memblock_change_flags(base, size, 0, flags);
	case CLEAR:
		return memblock_change_flags(base, size, flags, 0);
	default:
		return memblock_set_node(base, size, &memblock.memory, nid);
	}
}

/* A range of any length, more often a short one. */
static void random_range(unsigned *start, unsigned *size)
{
	*start = (unsigned)rnd(CELLS);
	*size = (unsigned)rnd(rnd(4) ? 200 : CELLS);
	if (rnd(3) == 0)
		*start &= ~63u; /* so that ranges touch */
	if (rnd(3) == 0)
		*size &= ~63u;
	if (*size > CELLS - *start)
		*size = CELLS - *start;
}

/* A refused call must have had cause: too few places for the most that its
 * range can need. check_all() sees that it changed nothing. */
static void call_on_range(void)
{
	enum action what = (enum action)rnd(ACTIONS);
	struct memblock_type *type = what == RESERVE || what == FREE
					     ? &memblock.reserved
					     : &memblock.memory;
	unsigned start, size, i;
	int nid = (int)rnd(4) - 1;
	enum memblock_flags flags = rnd(3) ? 0 : 1u << rnd(4);
	unsigned long most = 2;

	random_range(&start, &size);
	note("action %d of %#x+%#x, node %d flags %x", what, CELLS_BASE + start,
	     size, nid, (unsigned)flags);
	for (i = start; i < start + size; i++)
		if (what == ADD || what == RESERVE)
			most += type == &memblock.memory
					? cells[i].mem && !cells[i + 1].mem
					: cells[i].res && !cells[i + 1].res;
	most += memblock_count(type);
	if (do_call(what, CELLS_BASE + start, size, nid, flags)) {
		check(!growing && most > type->max);
		refused++;
		return;
	}
	for (i = start; i < start + size; i++)
		act(&cells[i], what, nid, flags);
}

/* ---- Allocations --------------------------------------------------------- */

/* Where an allocation belongs: the highest or lowest byte from which `size`
 * allocatable ones of one region follow. 0 if nowhere. */
static phys_addr_t place(unsigned size, unsigned align, phys_addr_t min,
			 phys_addr_t max, int nid)
{
	phys_addr_t found = 0, at;
	unsigned run = 0, i;

	for (i = CELLS; i-- > 0;) {
		at = CELLS_BASE + i;
		if (at >= max || at < min || at < PAGE_SIZE ||
		    !counts_in_walk(&cells[i], nid, 0))
			run = 0;
		else
			run = run && same_mem(i) ? run + 1 : 1;
		if (run < size || at % align)
			continue;
		found = at;
		if (!memblock.bottom_up)
			break;
	}
	return found;
}

/* The order of attempts, as the header has it. */
static phys_addr_t expected(unsigned size, unsigned align, phys_addr_t min,
			    phys_addr_t max, int nid, int form)
{
	phys_addr_t at = place(size, align, min, max, nid);

	if (!at && form != 1)
		at = place(size, align, min, max, NUMA_NO_NODE);
	if (!at && form != 2)
		at = place(size, align, 0, max, nid);
	if (!at && form == 0)
		at = place(size, align, 0, max, NUMA_NO_NODE);
	return at;
}

static void call_alloc(void)
{
	unsigned size = (unsigned)rnd(rnd(4) ? 100 : 1200) + 1, i;
	unsigned align = 1u << rnd(9);
	phys_addr_t min = rnd(2) ? 0 : CELLS_BASE + rnd(CELLS), got;
	phys_addr_t max = rnd(2) ? CELLS_END : CELLS_BASE + rnd(CELLS);
	int nid = (int)rnd(4) - 1, form = (int)rnd(3);
	unsigned long cnt = memblock_count(&memblock.reserved);
	void *ptr = NULL;

	if (form == 2)
		nid = NUMA_NO_NODE;
	note("alloc form %d, %#x bytes align %#x in %#llx-%#llx node %d", form,
	     size, align, (unsigned long long)min, (unsigned long long)max,
	     nid);
	if (form == 0)
		ptr = memblock_alloc_try_nid_raw(size, align, min, max, nid);
	else if (form == 1)
		ptr = memblock_alloc_exact_nid_raw(size, align, min, max, nid);
	got = ptr ? virt_to_phys(ptr) : 0;
	if (form == 2)
		got = memblock_phys_alloc_range(size, align, min, max);
	/* With a full list, another place than the best may be taken, one
	 * that joins; or none. */
	if (growing || cnt < memblock.reserved.max)
		check(got == expected(size, align, min, max, nid, form));
	if (!got)
		return;
	allocated++;
	for (i = 0; i < size; i++) {
		check(!cells[got - CELLS_BASE + i].res);
		cells[got - CELLS_BASE + i].res = true;
	}
}

/* ---- Calls on everything ------------------------------------------------- */

static void call_trim(void)
{
	unsigned align = 1u << rnd(7), i, k, start = 0;
	unsigned low, high;

	note("trim to %u", align);
	memblock_trim_memory(align);
	for (i = 0; i < CELLS; i++) {
		if (!cells[i].mem)
			start = i + 1;
		if (!cells[i].mem || same_mem(i))
			continue;
		low = (CELLS_BASE + start + align - 1) / align * align;
		high = (CELLS_BASE + i + 1) / align * align;
		for (k = start; k <= i; k++)
			if (CELLS_BASE + k < low || CELLS_BASE + k >= high)
				cells[k].mem = false;
		start = i + 1;
	}
}

static void cut_cells(unsigned from, unsigned to, bool nomap_too)
{
	for (; from < to; from++) {
		cells[from].res = false;
		if (nomap_too || !(cells[from].flags & MEMBLOCK_NOMAP))
			cells[from].mem = false;
	}
}

static void call_cap(void)
{
	unsigned start, size;

	random_range(&start, &size);
	note("cap to %#x+%#x", CELLS_BASE + start, size);
	memblock_cap_memory_range(CELLS_BASE + start, size);
	if (size == 0)
		return;
	cut_cells(0, start, false);
	cut_cells(start + size, CELLS, false);
}

static void call_limit(void)
{
	unsigned limit = (unsigned)rnd(CELLS) + 1, left = limit, i;
	bool enforce = rnd(2);

	note("limit of %#x, enforce %d", limit, enforce);
	if (enforce)
		memblock_enforce_memory_limit(limit);
	else
		memblock_mem_limit_remove_map(limit);
	for (i = 0; i < CELLS && left; i++)
		left -= cells[i].mem;
	if (!left)
		cut_cells(i, CELLS, enforce);
}

/* ---- The runs ------------------------------------------------------------ */

static void begin_episode(void **state)
{
	setup(state);
	host_log_clear();
	memset(cells, 0, sizeof(cells));
	memblock.bottom_up = rnd(2);
	memblock.memory.max = rnd(4) ? 4 + rnd(28) : 128;
	memblock.reserved.max = rnd(4) ? 4 + rnd(28) : 128;
	if (growing)
		memblock_add(BANK, BANK_SIZE);
}

static void run(void **state)
{
	unsigned long n =
		getenv("OPS") ? strtoul(getenv("OPS"), NULL, 0) : 20000;

	refused = allocated = 0;
	for (calls = 0; calls < n; calls++) {
		if (calls % EPISODE == 0)
			begin_episode(state);
		if (rnd(4) == 0)
			call_alloc();
		else if (rnd(40) == 0)
			call_trim();
		else if (!growing && rnd(80) == 0)
			call_cap();
		else if (!growing && rnd(80) == 0)
			call_limit();
		else
			call_on_range();
		check_all();
	}
	print_message("# %lu calls, %lu refused, %lu allocations, SEED=%llu\n",
		      calls, refused, allocated, seed);
	check(n < 10000 || allocated > n / 100);
}

static void memblock_equals_its_model_in_arrays_that_fill(void **state)
{
	run(state);
	check(calls < 10000 || refused > calls / 100);
}

static void memblock_equals_its_model_in_arrays_that_grow(void **state)
{
	growing = true;
	memblock_allow_resize();
	run(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(memblock_equals_its_model_in_arrays_that_fill),
		test(memblock_equals_its_model_in_arrays_that_grow),
	};

	seed = getenv("SEED") ? strtoull(getenv("SEED"), NULL, 0)
			      : (unsigned long long)time(NULL) * 1000003 +
					(unsigned long long)getpid();
	state_of_random = seed * 2 + 1; /* never 0, where it would stay */
	print_message("# SEED=%llu\n", seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
