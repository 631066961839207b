/* SPDX-License-Identifier: MIT */
/* ACPI's power management timer: a counter at a port, of 24 bits at least.
 *
 * Source: ACPI Specification 6.4, 4.8.2.1 (timer), 5.2.9 (FADT). */
#include "arch/counter.h"

#include "arch/acpi.h"
#include "arch/fixmap.h"
#include "arch/io.h"
#include "boot/boot_info.h"
#include "kernel/string.h"

#define PM_TIMER_HZ   3579545u
#define PM_TIMER_MASK 0xFFFFFFu
#define POLLS_AT_MOST 20000u

/* Where the FADT has them. */
#define FADT_PM_TMR_BLK 76 /* the port, 32 bits; 0: none */
#define FADT_PM_TMR_LEN 91 /* 4 */
#define FADT_MIN	92

static uint16_t port;

static uint16_t find_port(void)
{
	const struct acpi_header *fadt =
		acpi_map_table(&boot_info.rsdp, "FACP");
	uint32_t block = 0;

	if (!fadt)
		return 0;
	if (fadt->length >= FADT_MIN &&
	    ((const uint8_t *)fadt)[FADT_PM_TMR_LEN] == sizeof(block))
		memcpy(&block, (const uint8_t *)fadt + FADT_PM_TMR_BLK,
		       sizeof(block));
	early_memunmap();
	return block <= 0xFFFF ? (uint16_t)block : 0;
}

static bool start(void)
{
	if (!port)
		port = find_port();
	return port;
}

static uint64_t read(void)
{
	return inl(port) & PM_TIMER_MASK;
}

struct counter pm_timer_counter = {
	.name = "ACPI PM timer",
	.hz = PM_TIMER_HZ,
	.mask = PM_TIMER_MASK,
	.patience = POLLS_AT_MOST,
	.read = read,
	.start = start,
};
