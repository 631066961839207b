/* SPDX-License-Identifier: MIT */
/* sources: boot/memory_map.c boot/multiboot2_tags.c mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* Random memory maps against a model that looks at every byte. The maps lie in
 * windows of a few pages at 0 and across both limits, where a few entries meet
 * in every way there is. SEED=N in the environment chooses others. */
#include "memory_map_fixture.h"

#define WINDOW_PAGES 8
#define WINDOW	     (WINDOW_PAGES * PAGE_SIZE)

static uint32_t random_state;

/* xorshift32 */
static uint32_t random_below(uint32_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state % n;
}

/* An offset in the window, half of the time on a page boundary. */
static uint64_t random_offset(void)
{
	uint64_t at = random_below(WINDOW + 1);

	return random_below(2) ? ALIGN_DOWN(at, PAGE_SIZE) : at;
}

/* What each byte of the window is, as the rules say: 0 for not reported. */
static struct {
	uint8_t rank[WINDOW];
	uint8_t covers[WINDOW];
} model;

static void random_map(uint64_t window)
{
	static const uint8_t rank[] = {
		[1] = 1, [3] = 2, [2] = 3, [6] = 4, [4] = 5, [5] = 6};
	unsigned n = 1 + random_below(10);

	memset(&model, 0, sizeof(model));
	while (n--) {
		uint64_t a = random_offset(), b = random_offset();
		uint64_t start = min(a, b), end = max(a, b);
		uint32_t type = random_below(3) ? 1 : 1 + random_below(6);

		entry(window + start, end - start, type);
		for (uint64_t i = start; i < end; i++) {
			model.rank[i] = max(model.rank[i], rank[type]);
			model.covers[i]++;
		}
	}
}

/* Holds one page of memblock to the model; adds its bytes to `class`. */
static void check_page(uint64_t window, unsigned page, phys_addr_t max_phys,
		       phys_addr_t class[MEMORY_CLASSES])
{
	static const enum memory_class by_rank[] = {
		[2] = MEMORY_ACPI, [3] = MEMORY_RESERVED, [4] = MEMORY_OTHER,
		[5] = MEMORY_NVS,  [6] = MEMORY_BAD,
	};
	phys_addr_t phys = window + page * PAGE_SIZE;
	unsigned usable = 0;

	for (unsigned i = page * PAGE_SIZE; i < (page + 1) * PAGE_SIZE; i++)
		if (model.rank[i] == 1)
			usable++;
		else if (model.rank[i])
			class[by_rank[model.rank[i]]]++;
	if (phys >= PAE)
		class[MEMORY_ABOVE_PAE] += usable;
	else if (phys >= max_phys)
		class[MEMORY_ABOVE_CPU] += usable;
	else if (usable == PAGE_SIZE)
		class[MEMORY_USABLE] += usable;
	else
		class[MEMORY_PARTIAL] += usable;
	assert_int_equal(memblock_is_memory(phys),
			 phys < max_phys && usable == PAGE_SIZE);
	assert_int_equal(memblock_is_memory(phys + PAGE_SIZE - 1),
			 phys < max_phys && usable == PAGE_SIZE);
}

static void check_against_model(uint64_t window, phys_addr_t max_phys)
{
	phys_addr_t class[MEMORY_CLASSES] = {0}, usable = 0;
	phys_addr_t reported = 0, overlapping = 0;

	for (unsigned page = 0; page < WINDOW_PAGES; page++)
		check_page(window, page, max_phys, class);
	for (unsigned i = 0; i < WINDOW; i++) {
		reported += model.covers[i] > 0;
		overlapping += model.covers[i] > 1;
		usable += model.rank[i] == 1;
	}
	assert_memory_equal(class, memory_account.class, sizeof(class));
	assert_int_equal(memory_account.reported, reported);
	assert_int_equal(memory_account.overlapping, overlapping);
	assert_int_equal(memblock_phys_mem_size(), class[MEMORY_USABLE]);
	assert_int_equal(physmem.total_size, usable);
	list_text(&memblock.memory); /* holds the list's invariants, too */
}

static void random_maps_agree_with_a_model_of_every_byte(void **state)
{
	static const struct {
		uint64_t window;
		phys_addr_t max_phys;
	} places[] = {
		{0, PAE},
		{GiB(4) - 3 * PAGE_SIZE, GiB(4)},
		{GiB(64) - 5 * PAGE_SIZE, PAE},
		{GiB(64) - 6 * PAGE_SIZE, GiB(64) - 2 * PAGE_SIZE},
	};
	const char *seed = getenv("SEED");

	random_state = seed ? (uint32_t)strtoul(seed, NULL, 0) : 0x10f7;
	print_message("           SEED=%#x, 2000 maps\n",
		      (unsigned)random_state);
	for (unsigned round = 0; round < 2000; round++) {
		size_t p = round % ARRAY_SIZE(places);
		int ret;

		begin(state);
		random_map(places[p].window);
		ret = apply(places[p].max_phys);
		check_against_model(places[p].window, places[p].max_phys);
		assert_int_equal(
			ret, memory_account.class[MEMORY_USABLE] ? 0 : -ENOENT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(random_maps_agree_with_a_model_of_every_byte),
	};

	return cmocka_run_group_tests_name("memory_map_random", tests, NULL,
					   NULL);
}
