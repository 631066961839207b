/* SPDX-License-Identifier: MIT */
/* sources: arch/i386/dev/madt.c arch/host/panic.c arch/host/printk.c */
/* Any bytes as a MADT, the first of them as the boot CPU's APIC id. Finding
 * the table is acpi_fuzz's part: here there is none to be found. */
#include <stdlib.h>
#include <string.h>

#include "arch/acpi.h"
#include "arch/fixmap.h"
#include "arch/host.h"
#include "arch/madt.h"
#include "kernel/errno.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void promise(bool kept)
{
	if (!kept)
		abort();
}

const struct acpi_header *acpi_map_table(const struct boot_rsdp *rsdp,
					 const char *signature)
{
	promise(rsdp && !strcmp(signature, "APIC"));
	return NULL;
}

void early_memunmap(void)
{
	promise(false);
}

static void check_cpus(const struct madt_info *info, uint8_t boot_apic_id)
{
	promise(info->cpus >= 1 && info->cpus <= NR_CPUS);
	promise(info->apic_id[0] == boot_apic_id);
	for (unsigned i = 1; i < info->cpus; i++) {
		promise(info->apic_id[i] < APIC_ID_ALL);
		for (unsigned j = 0; j < i; j++)
			promise(info->apic_id[i] != info->apic_id[j]);
	}
}

static void check_ioapics(const struct madt_info *info)
{
	promise(info->ioapics <= MADT_IOAPICS_MAX);
	for (unsigned i = 0; i < info->ioapics; i++) {
		promise(info->ioapic[i].phys && !(info->ioapic[i].phys & 0xff));
		for (unsigned j = 0; j < i; j++)
			promise(info->ioapic[i].phys != info->ioapic[j].phys);
	}
	promise(info->nmi_pins < 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct boot_rsdp rsdp = {.present = true};
	struct madt_info info, without;

	if (!size)
		return 0;
	host_log_clear();
	memset(&info, 0xee, sizeof(info));
	memset(&without, 0xee, sizeof(without));
	acpi_madt_read(&rsdp, data[0], &without);
	switch (acpi_madt_parse(data + 1, size - 1, data[0], &info)) {
	case 0:
		break;
	case -EINVAL:
		promise(!memcmp(&info, &without, sizeof(info)));
		break;
	default:
		abort();
	}
	check_cpus(&info, data[0]);
	check_ioapics(&info);
	return 0;
}
