/* SPDX-License-Identifier: MIT */
/* sources: boot/first_mib.c mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* The first MiB: where the BIOS's data begins, and what is left of the rest. */
#include "memblock_fixture.h"

#include "arch/trampoline.h"
#include "boot/first_mib.h"

/* The BIOS data area that first_mib_reserve() reads. */
static uint16_t ebda_segment, base_kib;

bool early_copy_from_phys(void *dst, phys_addr_t phys, size_t size);
bool early_copy_from_phys(void *dst, phys_addr_t phys, size_t size)
{
	assert_int_equal(size, 2);
	assert_true(phys == 0x40e || phys == 0x413);
	memcpy(dst, phys == 0x40e ? &ebda_segment : &base_kib, size);
	return true;
}

static int begin(void **state)
{
	setup(state);
	ebda_segment = base_kib = 0;
	memblock_add(0, KB(640));
	memblock_add(MiB(1), MiB(1));
	return 0;
}

static void base_memory_ends_where_the_lower_figure_says(void **state)
{
	(void)state;
	assert_phys(base_memory_end(0x9fc0, 639), 0x9f000); /* QEMU */
	assert_phys(base_memory_end(0x9f00, 0), 0x9f000);
	assert_phys(base_memory_end(0x8000, 639), 0x80000);
	assert_phys(base_memory_end(0x9fc0, 512), 0x80000);
	assert_phys(base_memory_end(0x8fff, 639), 0x8f000);
	assert_phys(base_memory_end(0x2000, 0), 0x20000);
}

static void figures_that_no_pc_has_are_not_believed(void **state)
{
	(void)state;
	assert_phys(base_memory_end(0, 0), 0x9f000);
	assert_phys(base_memory_end(0xffff, 0xffff), 0x9f000);
	assert_phys(base_memory_end(0x1fff, 127), 0x9f000);
	assert_phys(base_memory_end(0xa000, 640), 0x9f000);
}

static void all_of_it_is_reserved_and_cpus_start_below_the_ebda(void **state)
{
	(void)state;
	ebda_segment = 0x8000;
	first_mib_reserve();
	assert_reserved("0-100000");
	assert_phys(trampoline_phys, 0x7f000);
	assert_string_equal(host_log(),
			    "memory: the first MiB is left to firmware, whose "
			    "data begins at 0x0000080000; CPUs start at "
			    "0x000007f000\n");
	assert_phys(memblock_phys_alloc(MiB(2), 4096), 0);
	assert_true(memblock_phys_alloc(MiB(1), 4096) >= MiB(1));
	assert_phys(memblock_phys_alloc(16, 4096), 0);
}

static void
cpus_start_in_no_page_that_is_taken_or_not_to_be_mapped(void **state)
{
	(void)state;
	memblock_reserve(0x90000, 0xe001);
	memblock_mark_nomap(0x80000, 0x10000);
	first_mib_reserve();
	assert_reserved("0-100000");
	assert_phys(trampoline_phys, 0x7f000);
}

static void without_a_page_above_64_kib_cpus_have_no_place(void **state)
{
	(void)state;
	memblock_remove(KB(64), KB(576));
	first_mib_reserve();
	assert_reserved("0-100000");
	assert_phys(trampoline_phys, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, begin)
		TEST(base_memory_ends_where_the_lower_figure_says),
		TEST(figures_that_no_pc_has_are_not_believed),
		TEST(all_of_it_is_reserved_and_cpus_start_below_the_ebda),
		TEST(cpus_start_in_no_page_that_is_taken_or_not_to_be_mapped),
		TEST(without_a_page_above_64_kib_cpus_have_no_place),
	};

	return cmocka_run_group_tests_name("first_mib", tests, NULL, NULL);
}
