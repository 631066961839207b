/* SPDX-License-Identifier: MIT */
/* The stacks of the CPU window: mappings of several pages, guard slots, and
 * reports of mistakes. See mm/kmap_stack.h for how they work. */
#include "mm/kmap_stack.h"

#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/symbols.h"
#include "kernel/task.h"
#include "mm/kmap.h"
#include "mm/section.h"

DEFINE_PER_CPU(vpn_t[KMAP_STACKS], kmap_stack_next);

static const char *const api[KMAP_STACKS] = {"kmap_local", "kmap_atomic"};
static const char *const unmap[KMAP_STACKS] = {"kunmap_local", "kunmap_atomic"};

void kmap_stacks_init(void)
{
	kmap_window_init();
	for (enum kmap_stack stack = 0; stack < KMAP_STACKS; stack++) {
		vpn_t base = kmap_stack_base(stack);

		*window_pte(base - 1) = PTE_CONTINUED;
		kmap_set_next(stack, base);
	}
}

/* ---- What a slot holds --------------------------------------------------- */

/* The first slot of the mapping whose last page is at `vpn`. */
static vpn_t first_slot(vpn_t vpn)
{
	while (*window_pte(vpn) & PTE_CONTINUED)
		vpn--;
	return vpn;
}

/* The slot behind the mapping that begins at `vpn`, and behind its guard. */
static vpn_t mapping_end(vpn_t vpn)
{
	do
		vpn++;
	while (*window_pte(vpn) & PTE_CONTINUED);
	return vpn + CHECK;
}

/* CHECK=1: the code that made the mapping whose guard is before `end`. */
static const void *mapping_caller(vpn_t end)
{
	return (const void *)(uint32_t)(*window_pte(end - 1) >> 32);
}

/* "0xffc01000, frame 0x12f400, HighMem, mapped by read_page+0x12/0x80", of
 * the mapping that ends, its guard included, where `end` begins. */
#define SLOT_TEXT (80 + SYMBOL_TEXT_MAX)
static const char *describe(vpn_t end, char text[SLOT_TEXT])
{
	vpn_t vpn = first_slot(end - 1 - CHECK);
	pfn_t pfn = PFN_DOWN(*window_pte(vpn) & PTE_FRAME);
	int n = snprintf(text, SLOT_TEXT, "%p, frame 0x%lx, %s",
			 window_address(vpn), pfn,
			 section_present(pfn)
				 ? page_zone(pfn_to_page(pfn))->name
				 : "no page of the allocator");

	if (CHECK)
		snprintf(text + n, SLOT_TEXT - (size_t)n, ", mapped by %pS",
			 mapping_caller(end));
	return text;
}

unsigned kmap_mappings(enum kmap_stack stack)
{
	unsigned n = 0;

	for (vpn_t vpn = kmap_stack_base(stack); vpn < kmap_next(stack); n++)
		vpn = mapping_end(vpn);
	return n;
}

unsigned kmap_local_mappings(void)
{
	return kmap_mappings(KMAP_LOCAL);
}

unsigned kmap_atomic_mappings(void)
{
	return kmap_mappings(KMAP_ATOMIC);
}

const void *kmap_local_caller(void)
{
	if (!CHECK || !kmap_local_slots())
		return NULL;
	return mapping_caller(kmap_next(KMAP_LOCAL));
}

const void *kmap_stack_caller_of(pfn_t pfn)
{
	for (enum kmap_stack stack = 0; stack < KMAP_STACKS; stack++)
		for (vpn_t vpn = kmap_stack_base(stack); vpn < kmap_next(stack);
		     vpn++)
			if (*window_pte(vpn) & PTE_PRESENT &&
			    pte_pfn(window_pte(vpn)) == pfn)
				return mapping_caller(mapping_end(vpn));
	return NULL;
}

/* The list has at most so many mappings. If there are more, the sentence above
 * it names the newest. */
#define LISTED_MAX 16u

static void print_stack(enum kmap_stack stack)
{
	vpn_t vpn = kmap_stack_base(stack);
	unsigned all = kmap_mappings(stack);
	char text[SLOT_TEXT];

	for (unsigned n = 0; n < min(all, LISTED_MAX); n++) {
		vpn = mapping_end(vpn);
		console_printf("%s: %s\n", api[stack], describe(vpn, text));
	}
	if (all > LISTED_MAX)
		console_printf("%s: and %u mappings more\n", api[stack],
			       all - LISTED_MAX);
}

/* For a panic: a line for each mapping of this task and this CPU, but for those
 * that are too many. */
static void kmap_print_live(void)
{
	for (enum kmap_stack stack = 0; stack < KMAP_STACKS; stack++)
		print_stack(stack);
}

/* For a panic: explains an address in a guard slot, which has no page. */
static void explain_guard(enum kmap_stack stack, vpn_t vpn)
{
	char text[SLOT_TEXT];

	console_printf("%s: off the end of the mapping %s\n", api[stack],
		       describe(vpn + 1, text));
}

/* For a panic: prints a line about an address of the CPU window. */
static void kmap_explain(uint32_t addr)
{
	static const char *const whose[KMAP_STACKS] = {"task", "CPU"};
	vpn_t vpn = addr / PAGE_SIZE;

	for (enum kmap_stack stack = 0; stack < KMAP_STACKS; stack++) {
		vpn_t base = kmap_stack_base(stack), next = kmap_next(stack);

		if (vpn < base || vpn >= kmap_stack_end(stack) || !next)
			continue;
		if (CHECK && vpn < next && !(*window_pte(vpn) & PTE_PRESENT))
			explain_guard(stack, vpn);
		else if (vpn >= next)
			console_printf("%s: this %s has no mapping there: was "
				       "it unmapped, or is the address "
				       "another's?\n",
				       api[stack], whose[stack]);
	}
}

PANIC_REPORTER(kmap_reporter) = {
	.explain = kmap_explain,
	.list = kmap_print_live,
};

/* ---- Mistakes ------------------------------------------------------------ */

static void panic_full(enum kmap_stack stack, unsigned pages) __noreturn;
static void panic_full(enum kmap_stack stack, unsigned pages)
{
	char newest[SLOT_TEXT];

	panic("%s: %u more would be too many: there are %u mappings. Is a "
	      "%s() missing? The newest mapping is %s",
	      api[stack], pages, kmap_mappings(stack), unmap[stack],
	      describe(kmap_next(stack), newest));
}

/* The call that ends a mapping at `addr`, which lies outside this stack. */
static const char *other_rule(uint32_t addr)
{
	if (addr >= CPU_WINDOW_BASE && addr < KMAP_ATOMIC_BASE)
		return "kunmap_local() unmaps what kmap_local_page() mapped";
	if (addr >= KMAP_ATOMIC_BASE && addr < KMAP_ATOMIC_END)
		return "kunmap_atomic() unmaps what kmap_atomic() mapped";
	if (addr >= PKMAP_BASE && addr < CPU_WINDOW_BASE)
		return "kunmap() unmaps what kmap() mapped, and takes the page";
	if (addr >= VMALLOC_START && addr < VMALLOC_END)
		return "vunmap() unmaps what vmap() mapped";
	return "it takes the address that was returned, or one in its page";
}

static void panic_unmap(enum kmap_stack stack,
			const volatile void *addr) __noreturn;
static void panic_unmap(enum kmap_stack stack, const volatile void *addr)
{
	vpn_t base = kmap_stack_base(stack), next = kmap_next(stack);
	vpn_t vpn = window_vpn(addr);
	char newest[SLOT_TEXT] = "none";

	if (vpn < base || vpn >= kmap_stack_end(stack))
		panic("%s: %p lies in %s: %s", unmap[stack], (const void *)addr,
		      layout_region((uint32_t)addr),
		      other_rule((uint32_t)addr));
	if (next > base)
		describe(next, newest);
	if (vpn >= next)
		panic("%s: nothing is mapped at %p: was it unmapped twice%s? "
		      "The newest mapping is %s",
		      unmap[stack], (const void *)addr,
		      vpn == next && next > base && !CHECK
			      ? ", or is the address beyond the page that was "
				"mapped"
			      : "",
		      newest);
	if (CHECK && !(*window_pte(vpn) & PTE_PRESENT))
		panic("%s: %p lies beyond the end of the mapping %s: it takes "
		      "the address that was returned, or one in its page",
		      unmap[stack], (const void *)addr,
		      describe(vpn + 1, newest));
	panic("%s: %p is not in the newest mapping, which is %s. Unmap in "
	      "reverse order",
	      unmap[stack], (const void *)addr, newest);
}

/* An address of the direct map has no mapping to end. But if it lies in the
 * frame array, the caller passed the struct page instead of an address. */
void kmap_check_direct(enum kmap_stack stack, const volatile void *addr)
{
	const struct page *page = (const struct page *)addr;

	if (page_in_map(page) && section_present(page_to_pfn(page)))
		panic("%s: %p is the struct page of frame 0x%lx: it takes the "
		      "address that %s returned",
		      unmap[stack], (const void *)addr, page_to_pfn(page),
		      stack == KMAP_LOCAL ? "kmap_local_page()"
					  : "kmap_atomic()");
}

/* ---- Mapping ------------------------------------------------------------- */

/* Stores the caller of a mapping in the entry of the guard slot behind it,
 * which is never present. */
static void set_guard(vpn_t vpn, const void *caller)
{
	ASSERT(!(*window_pte(vpn) & PTE_PRESENT));
	*window_pte(vpn) = (pte_t)(uint32_t)caller << 32;
}

/* Makes room in the current task's record. Mappings of an interrupt handler
 * need none, because they end before the next switch; those of the allocator
 * have KMAP_ALLOC_SLOTS. */
static void make_room(const void *caller)
{
	if (in_interrupt() || current->kmap.taking_page)
		return;
	if (!kmap_local_reserve(GFP_ATOMIC | __GFP_NOWARN))
		panic("kmap_local: no page is free for the mappings of task "
		      "%s, which are more than %u since %pS. Let it call "
		      "kmap_local_reserve(GFP_KERNEL) first",
		      current->name, KMAP_TASK_SLOTS, caller);
}

void *kmap_push_checked(enum kmap_stack stack, pte_t entry, unsigned pages,
			const void *caller)
{
	vpn_t vpn = kmap_next(stack), end = vpn + pages;

	if (end + CHECK > kmap_stack_end(stack))
		panic_full(stack, pages);
	if (end + CHECK > kmap_fast_end(stack))
		make_room(caller);
	kmap_set_next(stack, end + CHECK);
	if (CHECK)
		set_guard(end, caller);
	for (vpn_t at = vpn; at < end; at++) {
		ASSERT(!(*window_pte(at) & PTE_PRESENT));
		window_set(at, entry);
		entry = (entry | PTE_CONTINUED) + PAGE_SIZE;
	}
	return window_address(vpn);
}

void *kmap_push_slowly(enum kmap_stack stack, uint32_t place)
{
	uint32_t high, low;

	kmap_entry_halves(place, &high, &low);
	return kmap_push_checked(stack, (pte_t)high << 32 | low, 1,
				 __builtin_return_address(0));
}

void kmap_pop_checked(enum kmap_stack stack, const volatile void *addr)
{
	vpn_t next = kmap_next(stack), end = next - CHECK, first;

	if (next == kmap_stack_base(stack))
		panic_unmap(stack, addr);
	first = first_slot(end - 1);
	ASSERT(first >= kmap_stack_base(stack));
	if (window_vpn(addr) - first >= end - first)
		panic_unmap(stack, addr);
	while (end-- > first)
		window_clear(end, window_address(end));
	kmap_set_next(stack, first);
}
