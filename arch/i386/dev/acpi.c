/* SPDX-License-Identifier: MIT */
/* Finds ACPI tables.
 *
 *   RSDP ──> XSDT (64-bit addresses) ──> SRAT, APIC, FACP, ...
 *       └──> RSDT (32-bit addresses) ──> the same
 *
 * The tables are usually at the end of the RAM below 4 GiB, far above lowmem.
 * They are therefore mapped in the early window, one at a time, and the header
 * of a table before the table.
 *
 * A table is used only after its checksum was found right, and its length only
 * after the header was mapped. Source: ACPI Specification 6.4, 5.2.5 to
 * 5.2.8. */
#include "arch/acpi.h"

#include "arch/fixmap.h"
#include "kernel/printk.h"
#include "kernel/string.h"

/* Whether `size` bytes add up to 0. */
static bool checksum_ok(const void *table, size_t size)
{
	const uint8_t *p = table;
	uint8_t sum = 0;

	while (size--)
		sum = (uint8_t)(sum + *p++);
	return sum == 0;
}

/* Copies the header at `phys`. If there is none, logs that and returns
 * false. */
static bool read_header(phys_addr_t phys, struct acpi_header *header)
{
	if (early_copy_from_phys(header, phys, sizeof(*header)))
		return true;
	pr_warn("ACPI: no table at %pa: this CPU does not reach it\n", &phys);
	return false;
}

/* Maps the whole table at `phys` with that header, if it is valid. If not, logs
 * the reason and returns NULL. */
static const struct acpi_header *map_sound(phys_addr_t phys,
					   const struct acpi_header *header)
{
	const struct acpi_header *table = NULL;
	unsigned long length = header->length;
	const char *why = "is too short";

	if (length >= sizeof(*header)) {
		why = "cannot be mapped";
		table = early_memremap(phys, length);
	}
	if (table) {
		if (checksum_ok(table, length))
			return table;
		why = "has a wrong checksum";
		early_memunmap();
	}
	pr_warn("ACPI: %.4s at %pa, %lu bytes, %s: ignored\n",
		header->signature, &phys, length, why);
	return NULL;
}

/* Whether there is a valid root table at `phys`; sets `*length`. */
static bool check_root(phys_addr_t phys, const char *signature,
		       uint32_t *length)
{
	struct acpi_header header;

	if (!read_header(phys, &header))
		return false;
	if (memcmp(header.signature, signature, 4)) {
		pr_warn("ACPI: no %s at %pa: ignored\n", signature, &phys);
		return false;
	}
	if (!map_sound(phys, &header))
		return false;
	early_memunmap();
	*length = header.length;
	return true;
}

/* Searches the tables that the root table at `phys` lists by addresses of
 * `width` bytes. */
static const struct acpi_header *search_root(phys_addr_t phys, uint32_t length,
					     size_t width,
					     const char *signature)
{
	phys_addr_t end = phys + length;
	const struct acpi_header *table;
	struct acpi_header header;

	for (phys += sizeof(header); end - phys >= width; phys += width) {
		uint64_t at = 0; /* little-endian: the low half may be all */

		if (!early_copy_from_phys(&at, phys, width) ||
		    !read_header(at, &header) ||
		    memcmp(header.signature, signature, 4))
			continue;
		table = map_sound(at, &header);
		if (table)
			return table;
	}
	return NULL;
}

const struct acpi_header *acpi_map_table(const struct boot_rsdp *rsdp,
					 const char *signature)
{
	uint32_t length;

	if (rsdp->xsdt && check_root(rsdp->xsdt, "XSDT", &length))
		return search_root(rsdp->xsdt, length, 8, signature);
	if (rsdp->rsdt && check_root(rsdp->rsdt, "RSDT", &length))
		return search_root(rsdp->rsdt, length, 4, signature);
	return NULL;
}
