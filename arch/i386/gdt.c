/* SPDX-License-Identifier: MIT */
/* The global descriptor table: segments that span everything, since paging
 * does the protecting, and two task-state segments.
 *
 *   0x00 null   0x08 code   0x10 data   0x18 TSS   0x20 double-fault TSS
 *
 * Source: Intel SDM vol. 3, sections 3.4.5 (descriptors) and 7.2.2. */
#include "arch/cpu.h"
#include "arch/traps.h"
#include "arch/tss.h"

#define ACCESS_CODE 0x9A /* present, ring 0, code, readable */
#define ACCESS_DATA 0x92 /* present, ring 0, data, writable */
#define ACCESS_TSS  0x89 /* present, ring 0, 32-bit TSS, available */

#define FLAGS_4G   0xC /* 32-bit, limit counted in pages */
#define FLAGS_BYTE 0x0 /* limit counted in bytes */

struct tss main_tss;
static struct tss double_fault_tss;

static uint64_t gdt[5];

/* A descriptor, whose fields lie scattered for the sake of the 80286. */
static uint64_t descriptor(uint32_t base, uint32_t limit, unsigned access,
			   unsigned flags)
{
	uint32_t low = (limit & 0xffff) | base << 16;
	uint32_t high = (base >> 16 & 0xff) | access << 8 | (limit & 0xf0000) |
			flags << 20 | (base & 0xff000000);

	return (uint64_t)high << 32 | low;
}

void gdt_init(void)
{
	struct {
		uint16_t limit;
		uint64_t *base;
	} __packed gdtr = {sizeof(gdt) - 1, gdt};

	gdt[KERNEL_CODE / 8] = descriptor(0, 0xfffff, ACCESS_CODE, FLAGS_4G);
	gdt[KERNEL_DATA / 8] = descriptor(0, 0xfffff, ACCESS_DATA, FLAGS_4G);
	gdt[TSS_MAIN / 8] =
		descriptor((uint32_t)&main_tss, sizeof(main_tss) - 1,
			   ACCESS_TSS, FLAGS_BYTE);
	gdt[TSS_DOUBLE_FAULT / 8] = descriptor((uint32_t)&double_fault_tss,
					       sizeof(double_fault_tss) - 1,
					       ACCESS_TSS, FLAGS_BYTE);

	main_tss.ss0 = KERNEL_DATA;
	main_tss.io_map = sizeof(main_tss);
	/* A task switch saves no CR3, and loads it again on the way back. */
	main_tss.cr3 = read_cr3();
	double_fault_init(&double_fault_tss);

	/* Selectors of code and data mean the same in the old table. */
	__asm__ volatile("lgdt %0; ltr %w1" ::"m"(gdtr), "r"(TSS_MAIN));
}
