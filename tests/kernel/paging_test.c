/* SPDX-License-Identifier: MIT */
/* What paging promises once the kernel proper runs: which bits are on, what
 * the image's pages allow, and where nothing may be. Each promise is seen
 * kept by breaking it and taking the fault.
 *
 * Notices: identity_map_stays, text_writable, rodata_writable,
 * data_executable, no_write_protect, guard_page_mapped. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/pgtable.h"
#include "arch/sections.h"

#define INSTRUCTION_RET 0xC3

static uint8_t data_code[] = {INSTRUCTION_RET};
static const uint8_t rodata_code[] = {INSTRUCTION_RET};

KTEST(paging, "PAE, paging and write protection are on")
{
	EXPECT_EQ(read_cr0() & (CR0_PE | CR0_PG | CR0_WP),
		  CR0_PE | CR0_PG | CR0_WP);
	EXPECT_EQ(read_cr4() & CR4_PAE, CR4_PAE);
}

KTEST(paging, "global pages are on where the CPU has them")
{
	if (!cpu_features.pge)
		return ktest_skip("no PGE on this CPU");
	EXPECT_EQ(read_cr4() & CR4_PGE, CR4_PGE);
	EXPECT(*kernel_pte((uint32_t)text_start) & PTE_GLOBAL);
}

KTEST(paging, "no-execute is on where the CPU has it")
{
	if (!cpu_features.nx)
		return ktest_skip("no NX on this CPU");
	EXPECT_EQ(rdmsr(MSR_EFER) & EFER_NXE, EFER_NXE);
}

KTEST(paging, "physical addresses are no pointers: the identity map is gone")
{
	struct page_walk walk;

	EXPECT_FAULT(ACCESS_READ, KERNEL_LOAD_PHYS, PAGE_ABSENT);
	EXPECT_FAULT(ACCESS_READ, 0, PAGE_ABSENT);
	for (unsigned gigabyte = 0; gigabyte < 3; gigabyte++) {
		page_walk(gigabyte << 30, &walk);
		EXPECT(!walk.present);
	}
}

KTEST(paging, "kernel text cannot be written")
{
	EXPECT_FAULT(ACCESS_WRITE, text_start, PAGE_FORBIDS);
	EXPECT_FAULT(ACCESS_WRITE, (uint32_t)text_end - 1, PAGE_FORBIDS);
}

KTEST(paging, "read-only data cannot be written")
{
	EXPECT_FAULT(ACCESS_WRITE, rodata_start, PAGE_FORBIDS);
	EXPECT_FAULT(ACCESS_WRITE, (uint32_t)rodata_end - 1, PAGE_FORBIDS);
	EXPECT_FAULT(ACCESS_WRITE, rodata_code, PAGE_FORBIDS);
}

KTEST(paging, "data, rodata and the stack cannot be executed")
{
	uint8_t stack_code[] = {INSTRUCTION_RET};

	if (!cpu_features.nx)
		return ktest_skip("no NX on this CPU");
	EXPECT_FAULT(ACCESS_FETCH, data_code, PAGE_FORBIDS);
	EXPECT_FAULT(ACCESS_FETCH, rodata_code, PAGE_FORBIDS);
	EXPECT_FAULT(ACCESS_FETCH, stack_code, PAGE_FORBIDS);
}

KTEST(paging, "no page is both writable and executable")
{
	struct page_walk walk;
	uint32_t virt = PAGE_OFFSET;

	if (!cpu_features.nx)
		return ktest_skip("no NX on this CPU");
	do {
		page_walk(virt, &walk);
		if (walk.present && walk.entry[walk.levels - 1] & PTE_WRITE)
			EXPECT(walk.entry[walk.levels - 1] & PTE_NX);
		virt += walk.levels == 3 ? PAGE_SIZE : PMD_SIZE;
	} while (virt);
}

KTEST(paging, "the pages under both stacks are not mapped")
{
	EXPECT_FAULT(ACCESS_WRITE, boot_stack.guard, PAGE_ABSENT);
	EXPECT_FAULT(ACCESS_WRITE, (uint32_t)boot_stack.stack - 1, PAGE_ABSENT);
	EXPECT_FAULT(ACCESS_WRITE, double_fault_stack.guard, PAGE_ABSENT);
	EXPECT_FAULT(ACCESS_WRITE, (uint32_t)double_fault_stack.stack - 1,
		     PAGE_ABSENT);
}

KTEST(paging, "the last page is never mapped, so error pointers fault")
{
	EXPECT_FAULT(ACCESS_READ, -1, PAGE_ABSENT);
	EXPECT_FAULT(ACCESS_READ, -PAGE_SIZE, PAGE_ABSENT);
}

KTEST(paging, "the holes of the address map fault")
{
	EXPECT_FAULT(ACCESS_READ, DIRECT_MAP_END, PAGE_ABSENT);
	EXPECT_FAULT(ACCESS_READ, VMALLOC_START - 1, PAGE_ABSENT);
	EXPECT_FAULT(ACCESS_READ, VMALLOC_END - 1, PAGE_ABSENT);
}

KTEST(paging, "a walk finds the frame that the image was loaded to")
{
	struct page_walk walk;
	uint32_t virt = (uint32_t)data_code;

	page_walk(virt, &walk);
	EXPECT(walk.present);
	EXPECT_EQ(walk.levels, 3);
	EXPECT_EQ(walk.phys, virt - PAGE_OFFSET);
}
