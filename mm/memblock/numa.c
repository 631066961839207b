/* SPDX-License-Identifier: MIT */
/* Nodes: which RAM is near to which CPUs, from the SRAT into memblock.
 *
 *   proximity domain 7 ──> node 0 ──> memblock.memory 0x0-0x80000000
 *   proximity domain 3 ──> node 1 ──> memblock.memory 0x100000000-...
 *
 * Each entry is applied when it is read, so that memblock records which RAM has
 * a node, and joins ranges of one node that touch, overlap or repeat. A range
 * without RAM is ignored. If two domains claim the same RAM, the table
 * contradicts itself: it is then ignored as a whole, and the nodes that earlier
 * entries have set are cleared. */
#include "mm/numa.h"

#include "arch/acpi.h"
#include "arch/fixmap.h"
#include "kernel/printk.h"
#include "mm/memblock.h"

/* The nodes and CPUs of the entries read so far. */
struct topology {
	unsigned nodes;
	uint32_t domain[ACPI_NODES_MAX]; /* of each node */
	unsigned cpus[ACPI_NODES_MAX];	 /* in each node */
	bool unusable; /* the log says why; later entries are skipped */
};

/* The node of a domain; a new domain gets the next node. If no node is left,
 * returns 0 and marks the table as unusable. */
static unsigned node_of(struct topology *t, uint32_t domain)
{
	for (unsigned n = 0; n < t->nodes; n++)
		if (t->domain[n] == domain)
			return n;
	if (t->nodes == ACPI_NODES_MAX) {
		pr_warn("ACPI: SRAT: more than %u domains have CPUs or RAM: "
			"ignored\n",
			ACPI_NODES_MAX);
		t->unusable = true;
		return 0;
	}
	t->domain[t->nodes] = domain;
	return t->nodes++;
}

static void apply_cpu(void *context, uint32_t apic_id, uint32_t domain)
{
	struct topology *t = context;

	(void)apic_id;
	if (!t->unusable)
		t->cpus[node_of(t, domain)]++;
}

/* The last byte of a range, or of the address space if it runs past that. */
static phys_addr_t last_byte(const struct acpi_memory_affinity *m)
{
	return m->size - 1 > PHYS_ADDR_MAX - m->base ? PHYS_ADDR_MAX
						     : m->base + m->size - 1;
}

static phys_addr_t region_last(const struct memblock_region *region)
{
	return region->base + region->size - 1;
}

/* Whether the region has a byte of the range. */
static bool overlaps(const struct memblock_region *region,
		     const struct acpi_memory_affinity *m)
{
	return region->base <= last_byte(m) && m->base <= region_last(region);
}

static bool holds_ram(const struct acpi_memory_affinity *m)
{
	const struct memblock_region *region;

	for_each_mem_region(region)
		if (m->size && overlaps(region, m))
			return true;
	return false;
}

/* The first region of RAM in the range that belongs to another node, or
 * NULL. */
static const struct memblock_region *
claimed_by_another(const struct acpi_memory_affinity *m, int nid)
{
	const struct memblock_region *region;

	for_each_mem_region(region)
		if (overlaps(region, m) && region->nid != NUMA_NO_NODE &&
		    region->nid != nid)
			return region;
	return NULL;
}

static void report_conflict(const struct topology *t,
			    const struct memblock_region *claimed,
			    const struct acpi_memory_affinity *m)
{
	phys_addr_t first = max(claimed->base, m->base);
	phys_addr_t last = min(region_last(claimed), last_byte(m));

	pr_warn("ACPI: SRAT: domains %lu and %lu both claim "
		"[mem 0x%010llx-0x%010llx]: ignored\n",
		(unsigned long)t->domain[claimed->nid],
		(unsigned long)m->domain, (unsigned long long)first,
		(unsigned long long)last);
}

/* Sets the node of the RAM in a range; false if memblock's list is full. */
static bool set_node(const struct acpi_memory_affinity *m, int nid)
{
	if (!memblock_set_node(m->base, m->size, &memblock.memory, nid) &&
	    (!m->hotplug || !memblock_mark_hotplug(m->base, m->size)))
		return true;
	pr_warn("ACPI: SRAT: memblock has no room for its ranges: all memory "
		"is node 0\n");
	return false;
}

static void apply_memory(void *context, const struct acpi_memory_affinity *m)
{
	const struct memblock_region *claimed;
	struct topology *t = context;
	int nid;

	if (t->unusable || !holds_ram(m))
		return;
	if (m->size > PHYS_ADDR_MAX - m->base) {
		pr_warn("ACPI: SRAT: a range runs past the address space: "
			"ignored\n");
		t->unusable = true;
		return;
	}
	nid = (int)node_of(t, m->domain);
	if (t->unusable)
		return;
	claimed = claimed_by_another(m, nid);
	if (claimed)
		report_conflict(t, claimed, m);
	t->unusable = claimed || !set_node(m, nid);
}

/* Reads the SRAT and applies it. If there is no usable one, logs the reason and
 * returns false. */
static bool apply(const struct boot_rsdp *rsdp, struct topology *t)
{
	static const struct acpi_srat_visitor visitor = {
		.memory = apply_memory,
		.cpu = apply_cpu,
	};
	const struct acpi_header *table = acpi_map_table(rsdp, "SRAT");
	int ret;

	if (!table)
		return false;
	ret = acpi_srat_parse(table, table->length, &visitor, t);
	early_memunmap();
	return !ret && !t->unusable && t->nodes;
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

/* Sets node 0 for RAM that the table does not name. Cannot fail, because whole
 * regions change their node, which needs no new region. */
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

static void log_nodes(const struct topology *t)
{
	const struct memblock_region *region;

	for_each_mem_region(region)
		pr_info("ACPI: node %d: [mem 0x%010llx-0x%010llx]%s\n",
			region->nid, (unsigned long long)region->base,
			(unsigned long long)region_last(region),
			region->flags & MEMBLOCK_HOTPLUG ? " hotplug" : "");
	for (unsigned n = 0; n < t->nodes; n++)
		pr_info("ACPI: node %u: %u CPUs, domain %lu\n", n, t->cpus[n],
			(unsigned long)t->domain[n]);
}

unsigned numa_init(const struct boot_rsdp *rsdp)
{
	struct topology t = {.nodes = 0};

	if (apply(rsdp, &t)) {
		adopt_the_rest();
		log_nodes(&t);
		return t.nodes;
	}
	memblock_clear_hotplug(0, PHYS_ADDR_MAX);
	memblock_set_node(0, PHYS_ADDR_MAX, &memblock.memory, 0);
	return 1;
}
