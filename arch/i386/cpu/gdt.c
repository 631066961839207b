/* SPDX-License-Identifier: MIT */
/* Each CPU's global descriptor table: code and data segments that span all
 * addresses, because paging protects memory; a segment that begins at this
 * CPU's own variables; and two task-state segments.
 *
 *   0x00 null   0x08 code   0x10 data   0x18 TSS   0x20 double-fault TSS
 *   0x28 this CPU's variables
 *
 * Source: Intel SDM vol. 3, sections 3.4.5 (descriptors) and 7.2.2. */
#include "arch/cpu.h"
#include "arch/percpu.h"
#include "arch/traps.h"
#include "arch/tss.h"

#define ACCESS_CODE 0x9A /* present, ring 0, code, readable */
#define ACCESS_DATA 0x92 /* present, ring 0, data, writable */
#define ACCESS_TSS  0x89 /* present, ring 0, 32-bit TSS, available */

#define FLAGS_4G   0xC /* 32-bit, limit counted in pages */
#define FLAGS_BYTE 0x0 /* limit counted in bytes */

struct descriptor_table {
	uint64_t entry[6];
};

static DEFINE_PER_CPU(struct descriptor_table, gdt);
DEFINE_PER_CPU(struct tss, main_tss);
static DEFINE_PER_CPU(struct tss, double_fault_tss);

/* A descriptor. Its fields are scattered, for compatibility with the 80286. */
static uint64_t descriptor(uint32_t base, uint32_t limit, unsigned access,
			   unsigned flags)
{
	uint32_t low = (limit & 0xffff) | base << 16;
	uint32_t high = (base >> 16 & 0xff) | access << 8 | (limit & 0xf0000) |
			flags << 20 | (base & 0xff000000);

	return (uint64_t)high << 32 | low;
}

static uint64_t tss_descriptor(const struct tss *tss)
{
	return descriptor((uint32_t)tss, sizeof(*tss) - 1, ACCESS_TSS,
			  FLAGS_BYTE);
}

void gdt_init(unsigned cpu, const void *double_fault_stack_top)
{
	uint64_t *entry = per_cpu_ptr(&gdt, cpu)->entry;
	struct tss *tss = per_cpu_ptr(&main_tss, cpu);
	struct tss *spare = per_cpu_ptr(&double_fault_tss, cpu);
	struct {
		uint16_t limit;
		uint64_t *base;
	} __packed gdtr = {sizeof(struct descriptor_table) - 1, entry};

	entry[KERNEL_CODE / 8] = descriptor(0, 0xfffff, ACCESS_CODE, FLAGS_4G);
	entry[KERNEL_DATA / 8] = descriptor(0, 0xfffff, ACCESS_DATA, FLAGS_4G);
	entry[KERNEL_PERCPU / 8] =
		descriptor(per_cpu_offset[cpu], 0xfffff, ACCESS_DATA, FLAGS_4G);
	entry[TSS_MAIN / 8] = tss_descriptor(tss);
	entry[TSS_DOUBLE_FAULT / 8] = tss_descriptor(spare);

	tss->ss0 = KERNEL_DATA;
	tss->io_map = sizeof(*tss);
	/* A hardware task switch does not save CR3, but loads it on return. */
	tss->cr3 = read_cr3();
	double_fault_init(spare, double_fault_stack_top);

	/* Selectors of code and data mean the same in the old table. */
	__asm__ volatile("lgdt %0; ltr %w1; mov %2, %%fs" ::"m"(gdtr),
			 "r"(TSS_MAIN), "r"(KERNEL_PERCPU)
			 : "memory");
}
