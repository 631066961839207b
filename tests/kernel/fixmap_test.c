/* SPDX-License-Identifier: MIT */
/* The fixmap and the boot-time window onto physical memory. The image is
 * mapped twice while a window shows it, which is how contents are compared.
 *
 * Notices: fixmap_clear_no_flush, memremap_writable. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/fixmap.h"
#include "arch/page.h"
#include "kernel/string.h"

static uint8_t pattern[3 * PAGE_SIZE] __aligned(PAGE_SIZE);

static void fill_pattern(void)
{
	for (unsigned i = 0; i < sizeof(pattern); i++)
		pattern[i] = (uint8_t)(i * 7 + (i >> PAGE_SHIFT));
}

KTEST(fixmap, "the window shows physical memory across page borders")
{
	const uint8_t *seen;

	fill_pattern();
	seen = early_memremap(virt_to_phys(pattern) + 100,
			      sizeof(pattern) - 100);
	EXPECT_EQ(memcmp(seen, pattern + 100, sizeof(pattern) - 100), 0);
	early_memunmap();
}

KTEST(fixmap, "the window is read-only, and gone when it is closed")
{
	const uint8_t *seen = early_memremap(virt_to_phys(pattern), 1);

	EXPECT_EQ(*seen, pattern[0]);
	EXPECT_FAULT(ACCESS_WRITE, seen, PAGE_FORBIDS);
	early_memunmap();
	EXPECT_FAULT(ACCESS_READ, seen, PAGE_ABSENT);
}

KTEST(fixmap, "a second window shows its own page, not the first one's")
{
	const uint8_t *seen;

	fill_pattern();
	for (unsigned i = 0; i < 3; i++) {
		seen = early_memremap(virt_to_phys(pattern) + i * PAGE_SIZE, 1);
		EXPECT_EQ(*seen, pattern[i * PAGE_SIZE]);
		early_memunmap();
	}
}

KTEST(fixmap, "what the window cannot show is refused")
{
	EXPECT_EQ((uint32_t)early_memremap(0, 0), 0);
	EXPECT_EQ((uint32_t)early_memremap(0, EARLY_MEMREMAP_MAX + 1), 0);
	EXPECT_EQ((uint32_t)early_memremap(1, EARLY_MEMREMAP_MAX), 0);
	EXPECT_EQ((uint32_t)early_memremap(cpu_phys_limit(), 1), 0);
	EXPECT_EQ((uint32_t)early_memremap(cpu_phys_limit() - 1, 2), 0);
}

KTEST(fixmap, "a second window at once is a caught bug")
{
	early_memremap(virt_to_phys(pattern), 1);
	EXPECT_PANIC("this must not be", early_memremap(0, 1));
	early_memunmap();
	EXPECT_PANIC("this must not be", early_memunmap());
}

KTEST(fixmap, "a copy longer than the window arrives whole")
{
	static uint8_t copy[sizeof(pattern)];

	fill_pattern();
	EXPECT(early_copy_from_phys(copy, virt_to_phys(pattern) + 1,
				    sizeof(pattern) - 1));
	EXPECT_EQ(memcmp(copy, pattern + 1, sizeof(pattern) - 1), 0);
	EXPECT(!early_copy_from_phys(copy, cpu_phys_limit() - 1, 2));
}
