/* SPDX-License-Identifier: MIT */
/* The kernel's first C code: checks the CPU, copies the loader's information
 * block, and builds the page tables of the image.
 *
 * Paging is off and the segments are shifted (boot/entry.asm), so addresses are
 * the linked ones, printk and panic work, and exceptions are reported. The text
 * screen stays at one address, with and without paging, until it is moved.
 * There are no interrupts, no clock and no allocator. Before check_cpu() only
 * instructions of an i486 may be used. */
#include "boot/early.h"

#include "arch/cpu.h"
#include "arch/sections.h"
#include "arch/serial.h"
#include "arch/tlb.h"
#include "arch/traps.h"
#include "arch/tsc.h"
#include "arch/vga.h"
#include "kernel/panic.h"
#include "kernel/preempt.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "kernel/task.h"

uint8_t boot_block[BOOT_BLOCK_MAX] __aligned(8);
uint32_t boot_block_size;

pte_t boot_pdpt[PTRS_PER_PDPT] __aligned(32);
pte_t kernel_pd[PTRS_PER_TABLE] __aligned(PAGE_SIZE);
static pte_t image_table[IMAGE_TABLES][PTRS_PER_TABLE] __aligned(PAGE_SIZE);

struct guarded_stack boot_stack;

/* The physical address of an object in the image. */
static uint32_t image_phys(const volatile void *p)
{
	return (uint32_t)p - PAGE_OFFSET;
}

static void check_cpu(void)
{
	if (!cpu_detect())
		panic("This CPU has no CPUID instruction. Loft needs a "
		      "Pentium Pro or newer, for PAE.");
	if (!cpu_features.pae)
		panic("This CPU has no PAE (physical address extension), and "
		      "Loft's page tables need it. In QEMU: -cpu max.");
	if (cpu_features.tsc)
		boot_tsc = rdtsc();
}

/* Copies the multiboot2 information block into the image, where nothing
 * overwrites it. Its first word is its length; the parser checks the rest. */
static void keep_multiboot2(uint32_t phys)
{
	const uint32_t *block = early_phys(phys);

	if (phys % 8)
		panic("multiboot2: information block at 0x%lx is not on an "
		      "8-byte boundary",
		      (unsigned long)phys);
	if (block[0] > BOOT_BLOCK_MAX)
		panic("multiboot2: information block at 0x%lx says it is %lu "
		      "bytes long; Loft takes %u",
		      (unsigned long)phys, (unsigned long)block[0],
		      BOOT_BLOCK_MAX);
	boot_block_size = block[0];
	memcpy(boot_block, block, boot_block_size);
}

static void keep_loader_info(uint32_t magic, uint32_t phys)
{
	switch (magic) {
	case MB2_LOADER_MAGIC:
		keep_multiboot2(phys);
		break;
	case PVH_START_MAGIC:
		boot_block_size = pvh_to_multiboot2(phys);
		break;
	default:
		panic("Not started by a multiboot2 loader: eax is 0x%08lx, not "
		      "0x%08x. Use GRUB's `multiboot2` command.",
		      (unsigned long)magic, MB2_LOADER_MAGIC);
	}
}

/* The protection of a page of the image. */
static pte_t image_prot(uint32_t virt)
{
	if (virt < (uint32_t)text_end)
		return PAGE_KERNEL_EXEC;
	if (virt < (uint32_t)data_start)
		return PAGE_KERNEL_RO;
	return PAGE_KERNEL;
}

static bool is_guard(uint32_t virt)
{
	return virt == (uint32_t)boot_stack.guard ||
	       virt == (uint32_t)double_fault_stack.guard;
}

/* The entry of an address in the first page tables. */
static pte_t *image_pte(uint32_t virt)
{
	return &image_table[pde_index(virt) - pde_index(PAGE_OFFSET)]
			   [pte_index(virt)];
}

/* Maps the text screen at the address that it has had without paging. */
static void map_screen(void)
{
	pte_set(image_pte((uint32_t)early_phys(VGA_TEXT_PHYS)),
		VGA_TEXT_PHYS | prot_supported(PAGE_KERNEL_DEVICE));
}

void early_screen_unmap(void)
{
	uint32_t virt = (uint32_t)early_phys(VGA_TEXT_PHYS);

	pte_clear(image_pte(virt));
	flush_tlb_page_local(virt);
}

/* Maps the image, page by page. The first gigabyte gets the same page
 * directory, for the step from physical to virtual addresses. */
static void map_image(void)
{
	for (uint32_t virt = (uint32_t)kernel_start;
	     virt < (uint32_t)kernel_end; virt += PAGE_SIZE) {
		pte_set(&kernel_pd[pde_index(virt)],
			image_phys(image_pte(ALIGN_DOWN(virt, PMD_SIZE))) |
				PAGE_TABLE);
		if (!is_guard(virt))
			pte_set(image_pte(virt),
				(virt - PAGE_OFFSET) |
					prot_supported(image_prot(virt)));
	}
	pte_set(&boot_pdpt[0], image_phys(kernel_pd) | PTE_PRESENT);
	pte_set(&boot_pdpt[pdpt_index(PAGE_OFFSET)],
		image_phys(kernel_pd) | PTE_PRESENT);
}

static void paging_on(void)
{
	write_cr4(read_cr4() | CR4_PAE);
	if (cpu_features.nx)
		wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_NXE);
	write_cr3(image_phys(boot_pdpt));
	write_cr0(read_cr0() | CR0_PG | CR0_WP);
}

void early_start(uint32_t magic, uint32_t info_phys)
{
	this_cpu_write(kernel_directory, kernel_pd);
	this_cpu_write(current_task, &main_task);
	this_cpu_write(preempt_word, PREEMPT_NO_RESCHED | PREEMPT_OFFSET);
	idt_early();
	serial_init();
	vga_init(early_phys(VGA_TEXT_PHYS), VGA_COLUMNS, VGA_ROWS);
	pr_info("Loft: a 32-bit kernel with an upstairs (compiler %s)\n",
		__VERSION__);
	check_cpu();
	keep_loader_info(magic, info_phys);
	map_image();
	map_screen();
	paging_on();
	/* Sets the IDT's address, and those of handlers, for flat segments. */
	idt_init();
	idt_load();
}
