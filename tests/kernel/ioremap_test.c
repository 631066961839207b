/* SPDX-License-Identifier: MIT */
/* ioremap() of what every PC has: the local APIC, whose registers are known,
 * and the memory of the screen, which can be written, outside of what is shown.
 *
 * Notices: ioremap_ram, ioremap_cached, ioremap_offset_lost,
 * ioremap_last_page_short, pat_of_boot_cpu_only. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/ipi.h"
#include "arch/lapic.h"
#include "kernel/sched.h"
#include "mm/memblock.h"
#include "mm/vmap/vmap_area.h"
#include "vmap_check.h"

#define LAPIC_BASE  0xFEE00000u
#define SCREEN	    0xB8000u
#define SCREEN_SIZE 0x8000u
/* 80 * 25 * 2 bytes are shown. */
#define NOT_SHOWN   0x1F00u
/* PCI devices and firmware: RAM on no PC. */
#define NEVER_RAM   0xE0000000u

/* Whether this machine, as it was started, has a screen of text there. */
static bool no_screen(void)
{
	volatile uint16_t *all = ioremap(SCREEN, SCREEN_SIZE);
	volatile uint16_t *cell = all + NOT_SHOWN / 2;
	uint16_t was;
	bool holds;

	if (!EXPECT(all))
		return false;
	was = *cell;
	*cell = 0x1234;
	holds = *cell == 0x1234;
	*cell = was;
	iounmap(all);
	if (!holds)
		ktest_skip("no screen of text: the loader set a graphics mode");
	return !holds;
}

static uint32_t entry_bits(volatile void *addr)
{
	return (uint32_t)*vmalloc_pte((uint32_t)addr) &
	       (uint32_t)(PTE_PCD | PTE_PWT | PTE_WRITE | PTE_PRESENT);
}

KTEST(ioremap, "the registers of the local APIC can be read")
{
	struct vmap_before before = vmap_begin();
	volatile uint32_t *apic;

	if (!lapic_present())
		return ktest_skip("no local APIC on this CPU");
	apic = ioremap(LAPIC_BASE, PAGE_SIZE);
	if (!EXPECT(apic))
		return;
	migrate_disable();
	EXPECT_EQ(apic[LAPIC_ID / 4], lapic_read(LAPIC_ID));
	migrate_enable();
	EXPECT_EQ(apic[LAPIC_VERSION / 4], lapic_read(LAPIC_VERSION));
	EXPECT((apic[LAPIC_VERSION / 4] & 0xf0) == 0x10);
	EXPECT_FAULT(ACCESS_READ, (char *)apic + PAGE_SIZE, PAGE_ABSENT);
	iounmap(apic);
	expect_vmap_as_before(&before);
}

KTEST(ioremap, "what is written to a device is there, however it is mapped")
{
	volatile uint16_t *plain, *combining, *cell, *same;
	struct vmap_before before;
	uint16_t was;

	if (no_screen())
		return;
	before = vmap_begin();
	plain = ioremap(SCREEN, SCREEN_SIZE);
	combining = ioremap_wc(SCREEN, SCREEN_SIZE);
	if (!EXPECT(plain && combining))
		return;
	cell = plain + NOT_SHOWN / 2;
	same = combining + NOT_SHOWN / 2;
	was = *cell;
	*cell = 0x1234;
	EXPECT_EQ(*same, 0x1234);
	*same = 0x4321;
	/* A locked instruction: what was gathered is written. */
	EXPECT_EQ(__sync_fetch_and_add(cell, 0), 0x4321);
	*cell = was;
	iounmap(combining);
	iounmap(plain);
	expect_vmap_as_before(&before);
}

KTEST(ioremap, "an address need not begin a page, nor a size be whole pages")
{
	struct vmap_before before = vmap_begin();
	volatile uint8_t *part = ioremap(SCREEN + 0x1ffe, 4);

	if (!EXPECT(part))
		return;
	EXPECT_EQ((uint32_t)part % PAGE_SIZE, 0xffe);
	EXPECT_EQ(find_vm_area((void *)part)->mapped, 2);
	EXPECT_EQ(vmalloc_to_pfn((void *)part), PFN_DOWN(SCREEN) + 1);
	EXPECT_EQ(vmalloc_to_pfn((char *)part + 3), PFN_DOWN(SCREEN) + 2);
	iounmap(part);
	part = ioremap(SCREEN + 0xfff, 1);
	EXPECT_EQ(find_vm_area((void *)part)->mapped, 1);
	iounmap(part);
	vm_unmap_aliases();
	EXPECT_FAULT(ACCESS_READ, part, PAGE_ABSENT);
	iounmap(NULL);
	expect_vmap_as_before(&before);
}

KTEST(ioremap, "devices are not cached; their stores may be gathered")
{
	struct vmap_before before = vmap_begin();
	const uint32_t common = PTE_WRITE | PTE_PRESENT;
	void *plain = ioremap(NEVER_RAM, 3 * PAGE_SIZE);
	void *combining = ioremap_wc(NEVER_RAM, 3 * PAGE_SIZE);

	for (unsigned i = 0; EXPECT(plain && combining) && i < 3; i++) {
		EXPECT_EQ(entry_bits((char *)plain + i * PAGE_SIZE),
			  common | PTE_PCD | PTE_PWT);
		EXPECT_EQ(entry_bits((char *)combining + i * PAGE_SIZE),
			  common | PTE_PWT | (cpu_features.pat ? 0 : PTE_PCD));
		EXPECT_EQ(vmalloc_to_pfn((char *)plain + i * PAGE_SIZE),
			  PFN_DOWN(NEVER_RAM) + i);
	}
	iounmap(plain);
	iounmap(combining);
	expect_vmap_as_before(&before);
}

static uint64_t types_of[NR_CPUS];

static void read_types(void *unused)
{
	(void)unused;
	types_of[smp_processor_id()] = rdmsr(MSR_PAT);
}

KTEST(ioremap, "on every CPU an entry's bits mean the same types of memory")
{
	/* What PCD and PWT mean together: UC, UC-, WC, WB (SDM 11.12.2). */
	const uint32_t types = 0x00070106;

	if (!cpu_features.pat)
		return ktest_skip("no PAT on this CPU");
	on_each_cpu(read_types, NULL, true);
	for (unsigned cpu = 0; cpu < num_online_cpus(); cpu++) {
		EXPECT_EQ(types_of[cpu] & 0xffffffff, types);
		EXPECT_EQ(types_of[cpu] >> 32, types);
	}
}

KTEST(ioremap, "RAM is refused, be it a byte of it, and so is what is nowhere")
{
	struct vmap_before before = vmap_begin();
	struct page *page = alloc_page(GFP_HIGHUSER);
	phys_addr_t frame = PFN_PHYS(page_to_pfn(page));
	const struct memblock_region *last = &physmem.regions[physmem.cnt - 1];
	phys_addr_t end = last->base + last->size;
	const struct {
		phys_addr_t phys;
		size_t size;
	} refused[] = {
		{frame, PAGE_SIZE},
		{frame + PAGE_SIZE - 1, 1},
		{SCREEN, MiB(1)}, /* begins before the image */
		{0, 1},		  /* the first bytes of all */
		{end - 1, 2},	  /* and the last */
		{SCREEN, 0},
		{NEVER_RAM, ~0u},
		/* There are not the addresses: */
		{NEVER_RAM, VMALLOC_END - VMALLOC_START},
		{cpu_phys_limit(), 1},
		{cpu_phys_limit() - 1, 2},
		{(phys_addr_t)~0ull, 1},
		{(phys_addr_t)~0ull - 4095, PAGE_SIZE},
	};

	for (unsigned i = 0; i < ARRAY_SIZE(refused); i++) {
		EXPECT_EQ((uint32_t)ioremap(refused[i].phys, refused[i].size),
			  0);
		EXPECT_EQ((uint32_t)ioremap_wc(refused[i].phys,
					       refused[i].size),
			  0);
	}
	__free_page(page);
	expect_vmap_as_before(&before);
}
