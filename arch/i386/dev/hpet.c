/* SPDX-License-Identifier: MIT */
/* The HPET's main counter. Its comparators, which could interrupt, are not
 * used.
 *
 * Source: IA-PC HPET Specification 1.0a, 2.3 (registers), 3.2.4 (table). */
#include "arch/counter.h"

#include "arch/acpi.h"
#include "arch/cpu.h"
#include "arch/fixmap.h"
#include "boot/boot_info.h"
#include "kernel/string.h"

/* Registers, by their offset. */
#define HPET_PERIOD  0x004 /* of the counter, in femtoseconds */
#define HPET_CONFIG  0x010
#define HPET_COUNTER 0x0F0 /* its low half */

#define CONFIG_ENABLE 0x1u
#define CONFIG_LEGACY 0x2u /* would replace the PIT: not used */

#define FS_PER_SECOND 1000000000000000ull
#define PERIOD_MAX    100000000u /* 100 ns, the specification says */
#define POLLS_AT_MOST 100000u

/* What follows the header of the table; the address is in memory space. */
struct hpet_table {
	struct acpi_header header;
	uint32_t block_id;
	uint8_t space, width, offset, access;
	uint64_t phys;
} __packed;

static volatile uint32_t *reg(unsigned offset)
{
	return (volatile uint32_t *)(fixmap_address(FIX_HPET) + offset);
}

/* The address of the registers, or 0. */
static phys_addr_t find_registers(void)
{
	const struct acpi_header *found =
		acpi_map_table(&boot_info.rsdp, "HPET");
	struct hpet_table table = {.phys = 0};

	if (!found)
		return 0;
	if (found->length >= sizeof(table))
		memcpy(&table, found, sizeof(table));
	early_memunmap();
	return table.space || table.phys & (PAGE_SIZE - 1) ||
			       table.phys >= cpu_phys_limit()
		       ? 0
		       : table.phys;
}

static bool start(void)
{
	phys_addr_t phys = hpet_counter.hz ? 0 : find_registers();
	uint32_t period;

	if (hpet_counter.hz || !phys)
		return hpet_counter.hz;
	fixmap_set(FIX_HPET, phys, PAGE_KERNEL_DEVICE);
	period = *reg(HPET_PERIOD);
	if (!period || period > PERIOD_MAX) {
		fixmap_clear(FIX_HPET);
		return false;
	}
	*reg(HPET_CONFIG) =
		(*reg(HPET_CONFIG) & ~CONFIG_LEGACY) | CONFIG_ENABLE;
	hpet_counter.hz = FS_PER_SECOND / period;
	return true;
}

static uint64_t read(void)
{
	return *reg(HPET_COUNTER);
}

struct counter hpet_counter = {
	.name = "HPET",
	.mask = 0xFFFFFFFF,
	.patience = POLLS_AT_MOST,
	.read = read,
	.start = start,
};
