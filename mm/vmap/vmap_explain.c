/* SPDX-License-Identifier: MIT */
/* Which area an address of the vmalloc range belongs to, and the caller that
 * asked for it. Ordinary callers take the lock; reports of a fault do not. */
#include "arch/page.h"
#include "kernel/atomic.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "mm/page_check.h"
#include "vmap.h"

/* Of an area that may be damaged. */
static const char *kind_name(unsigned kind)
{
	static const char *const names[] = {
		[VM_GAP] = "gap",	    [VM_LAZY] = "ended",
		[VM_MAP] = "vmap()",	    [VM_ALLOC] = "vmalloc()",
		[VM_IOREMAP] = "ioremap()",
	};

	return kind < ARRAY_SIZE(names) ? names[kind] : "an unknown kind";
}

static const char *ends_with(unsigned kind)
{
	switch (kind) {
	case VM_MAP:
		return "vunmap()";
	case VM_ALLOC:
		return "vfree()";
	case VM_IOREMAP:
		return "iounmap()";
	default:
		return "nothing: its record was overwritten";
	}
}

/* The area or gap that page `page` of the range lies in, for a caller that must
 * not wait for the lock. NULL if another CPU changes it at the same time: a tag
 * may then lead to a wrong area. */
static const struct vmap_area *look_up(uint32_t page)
{
	for (uint32_t first = 0; first < SPACE_PAGES;) {
		const struct vmap_area *area = READ_ONCE(vmap_space.tag[first]);
		uint32_t pages = area ? READ_ONCE(area->pages) : 0;

		if (!pages || READ_ONCE(area->page) != first)
			return NULL;
		if (page - first < pages)
			return area;
		first += pages;
	}
	return NULL;
}

/* ---- Mistakes ------------------------------------------------------------ */

void vmap_area_misused(const volatile void *addr, enum vm_kind kind,
		       const char *api, const void *caller)
{
	const void *at = (const void *)addr;
	uint32_t page = ((uint32_t)addr - VMALLOC_START) / PAGE_SIZE;
	const struct vmap_area *area;

	if (!is_vmalloc_addr(addr))
		panic("%s: %p, from %pS, is not in the vmalloc area, but in "
		      "%s",
		      api, at, caller, layout_region((uint32_t)addr));
	area = look_up(page);
	if (!area || area->kind == VM_GAP)
		panic("%s: nothing is at %p, from %pS: was it freed twice, "
		      "long ago?",
		      api, at, caller);
	if (area->kind == VM_LAZY)
		panic("%s: the area at %p, given at %pS, was already freed at "
		      "%pS; %pS had asked for it",
		      api, at, caller, area->ender, area->caller);
	if (area->kind != kind)
		panic("%s: %p, from %pS, is an area of %s, which ends with %s",
		      api, at, caller, kind_name(area->kind),
		      ends_with(area->kind));
	panic("%s: %p, from %pS, is inside the area that %pS asked for, which "
	      "begins at 0x%lx: free it by its first address",
	      api, at, caller, area->caller, (unsigned long)vm_address(area));
}

/* ---- Questions ----------------------------------------------------------- */

struct vmap_area *find_vm_area(const void *addr)
{
	uint32_t page = ((uint32_t)addr - VMALLOC_START) / PAGE_SIZE;
	struct vmap_area *area;

	if (!is_vmalloc_addr(addr))
		return NULL;
	spin_lock(&vmap_lock);
	area = vmap_space_find(&vmap_space, page);
	/* Before it can be freed and used for another area. */
	if (area->kind == VM_GAP || area->kind == VM_LAZY)
		area = NULL;
	spin_unlock(&vmap_lock);
	return area;
}

void vmalloc_visit(void (*visit)(const void *addr, unsigned pages,
				 const void *caller))
{
	spin_lock(&vmap_lock);
	for (uint32_t page = 0; page < SPACE_PAGES;) {
		const struct vmap_area *area = vmap_space.tag[page];

		page += area->pages;
		if (area->kind != VM_GAP && area->kind != VM_LAZY)
			visit((const void *)vm_address(area), area->mapped,
			      area->caller);
	}
	spin_unlock(&vmap_lock);
}

/* Whether an entry of the area leads to the frame. Some may not be written
 * yet. */
static bool shows(const struct vmap_area *area, pfn_t pfn)
{
	pfn_t shown;

	for (uint32_t i = 0; i < area->mapped; i++)
		if (vm_shows_frame(vm_address(area) + i * PAGE_SIZE, &shown) &&
		    shown == pfn)
			return true;
	return false;
}

/* Whether pages may not be freed while the area maps them. */
static bool has_pages(const struct vmap_area *area)
{
	return area->kind == VM_MAP || area->kind == VM_ALLOC;
}

static struct vmap_user user_of(const struct vmap_area *area)
{
	return (struct vmap_user){
		.api = kind_name(area->kind),
		.caller = area->caller,
		.advice = area->kind == VM_ALLOC
				  ? "vfree() frees it, with the area"
				  : "vunmap() before the page is freed",
	};
}

bool vmap_find_user(pfn_t pfn, struct vmap_user *user)
{
	bool found = false;

	if (!spin_trylock(&vmap_lock))
		return false;
	for (uint32_t page = 0; page < SPACE_PAGES && !found;) {
		const struct vmap_area *area = vmap_space.tag[page];

		found = has_pages(area) && shows(area, pfn);
		if (found)
			*user = user_of(area);
		page += area->pages;
	}
	spin_unlock(&vmap_lock);
	return found;
}

void vmallocinfo(void)
{
	spin_lock(&vmap_lock);
	for (uint32_t page = 0; page < SPACE_PAGES;) {
		const struct vmap_area *area = vmap_space.tag[page];
		unsigned long start = vm_address(area);

		page += area->pages;
		if (area->kind != VM_GAP)
			pr_info("0x%08lx-0x%08lx %lu pages, %u of 2 MiB, %s "
				"%pS\n",
				start, start + area->pages * PAGE_SIZE,
				(unsigned long)area->mapped,
				vm_large_pages(area), kind_name(area->kind),
				area->caller);
	}
	spin_unlock(&vmap_lock);
}

/* For a panic: prints a line about an address of the vmalloc range. Takes no
 * lock. */
static void vmalloc_explain(uint32_t addr)
{
	uint32_t page = (addr - VMALLOC_START) / PAGE_SIZE, offset;
	const struct vmap_area *area;

	if (page >= SPACE_PAGES || !vmap_space.tag)
		return;
	area = look_up(page);
	if (!area) {
		console_printf("vmalloc: the areas were being changed, so "
			       "its area is unknown\n");
		return;
	}
	offset = addr - vm_address(area);
	if (area->kind == VM_GAP)
		console_printf("vmalloc: no area is at this address\n");
	else if (area->kind == VM_LAZY)
		console_printf("vmalloc: byte 0x%lx of an area of %lu pages "
			       "that ended at %pS; %pS had asked for it\n",
			       (unsigned long)offset,
			       (unsigned long)area->mapped, area->ender,
			       area->caller);
	else
		console_printf("vmalloc: byte 0x%lx of an area of %lu pages "
			       "from %s, which %pS asked for%s\n",
			       (unsigned long)offset,
			       (unsigned long)area->mapped,
			       kind_name(area->kind), area->caller,
			       offset / PAGE_SIZE == area->mapped
				       ? ": its guard page"
				       : "");
}

PANIC_REPORTER(vmalloc_reporter) = {.explain = vmalloc_explain};
