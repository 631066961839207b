/* SPDX-License-Identifier: MIT */
/* Nodes: which RAM is near to which CPUs, from the SRAT into memblock.
 *
 *   proximity domain 7 ──> node 0 ──> memblock.memory 0x0-0x80000000
 *   proximity domain 3 ──> node 1 ──> memblock.memory 0x100000000-...
 *
 * The table is first collected, then judged, then applied, so that one which
 * turns out to make no sense has changed nothing. */
#include "arch/acpi.h"

#include "arch/fixmap.h"
#include "kernel/printk.h"
#include "mm/memblock.h"

/* What the table says; on the boot CPU's stack while it is applied. */
struct topology {
	unsigned nodes;
	uint32_t domain[ACPI_NODES_MAX]; /* of each node */
	unsigned cpus[ACPI_NODES_MAX];	 /* in each node */
	unsigned ranges;
	struct acpi_memory_affinity range[ACPI_RANGES_MAX];
	const char *fault; /* why it cannot be used, or NULL */
};

/* The node of a domain, which gets one if it is new. 0, with a fault noted,
 * when there are no more. */
static unsigned node_of(struct topology *t, uint32_t domain)
{
	unsigned n = 0;

	while (n < t->nodes && t->domain[n] != domain)
		n++;
	if (n == ACPI_NODES_MAX) {
		t->fault = "it has too many domains";
		return 0;
	}
	if (n == t->nodes)
		t->domain[t->nodes++] = domain;
	return n;
}

static void collect_cpu(void *context, uint32_t apic_id, uint32_t domain)
{
	struct topology *t = context;

	(void)apic_id;
	t->cpus[node_of(t, domain)]++;
}

/* Whether the two have a byte in common; neither passes 2^64. */
static bool overlap(const struct acpi_memory_affinity *a,
		    const struct acpi_memory_affinity *b)
{
	return a->base < b->base + b->size && b->base < a->base + a->size;
}

static void collect_memory(void *context,
			   const struct acpi_memory_affinity *memory)
{
	struct topology *t = context;

	if (!memory->size)
		return;
	if (memory->size > PHYS_ADDR_MAX - memory->base) {
		t->fault = "a range runs past the address space";
		return;
	}
	for (unsigned i = 0; i < t->ranges; i++)
		if (overlap(&t->range[i], memory))
			t->fault = "its ranges overlap";
	if (t->ranges == ACPI_RANGES_MAX) {
		t->fault = "it has too many ranges";
		return;
	}
	node_of(t, memory->domain);
	t->range[t->ranges++] = *memory;
}

/* Reads the SRAT; false, having said why, if there is none to be used. */
static bool collect(const struct boot_rsdp *rsdp, struct topology *t)
{
	static const struct acpi_srat_visitor visitor = {
		.memory = collect_memory,
		.cpu = collect_cpu,
	};
	const struct acpi_header *table = acpi_map_table(rsdp, "SRAT");
	int ret;

	if (!table)
		return false;
	ret = acpi_srat_parse(table, table->length, &visitor, t);
	early_memunmap();
	if (t->fault)
		pr_warn("ACPI: SRAT: %s: ignored\n", t->fault);
	return !ret && !t->fault && t->nodes;
}

/* Gives one range its node; a negative errno if memblock is full. */
static int apply_range(struct topology *t,
		       const struct acpi_memory_affinity *range)
{
	unsigned nid = node_of(t, range->domain);
	int ret = memblock_set_node(range->base, range->size, &memblock.memory,
				    (int)nid);

	if (!ret && range->hotplug)
		ret = memblock_mark_hotplug(range->base, range->size);
	pr_info("ACPI: node %u: [mem 0x%010llx-0x%010llx]%s\n", nid,
		(unsigned long long)range->base,
		(unsigned long long)(range->base + range->size - 1),
		range->hotplug ? " hotplug" : "");
	return ret;
}

/* The first region of memory without a node, or NULL. */
static const struct memblock_region *region_without_node(void)
{
	const struct memblock_region *region;

	for_each_mem_region(region)
		if (region->nid == NUMA_NO_NODE)
			return region;
	return NULL;
}

/* Makes node 0 of what the table did not name. Joining regions never needs
 * room, so this cannot fail. */
static void adopt_the_rest(void)
{
	const struct memblock_region *region;
	phys_addr_t bytes = 0;

	while ((region = region_without_node()) != NULL) {
		bytes += region->size;
		memblock_set_node(region->base, region->size, &memblock.memory,
				  0);
	}
	if (bytes)
		pr_warn("ACPI: SRAT: %llu bytes of RAM are not in it: node 0\n",
			(unsigned long long)bytes);
}

unsigned acpi_srat_apply(const struct boot_rsdp *rsdp)
{
	struct topology t = {.nodes = 0};
	int ret = 0;

	if (collect(rsdp, &t)) {
		for (unsigned i = 0; !ret && i < t.ranges; i++)
			ret = apply_range(&t, &t.range[i]);
		for (unsigned n = 0; n < t.nodes; n++)
			pr_info("ACPI: node %u: %u CPUs, domain %lu\n", n,
				t.cpus[n], (unsigned long)t.domain[n]);
		if (!ret) {
			adopt_the_rest();
			return t.nodes;
		}
		pr_warn("ACPI: SRAT: memblock has no room for its ranges: all "
			"memory is node 0\n");
	}
	memblock_clear_hotplug(0, PHYS_ADDR_MAX);
	memblock_set_node(0, PHYS_ADDR_MAX, &memblock.memory, 0);
	return 1;
}
