/* SPDX-License-Identifier: MIT */
/* kmap: a pool of slots that map pages for all tasks and CPUs.
 *
 *	 count
 *	   0    free     nothing is mapped      ^             | first kmap()
 *	   1    stale    no user, still mapped  | the wrap    v
 *	  n+1   mapped   n kmap()s              +-- 1 <----> n+1
 *
 * The last kunmap() leaves the entry present, so that no CPU has to flush. When
 * no slot is free the pool wraps: all stale entries are cleared, all CPUs flush
 * once, and the slots are free. One flush for up to KMAP_SLOTS pages.
 *
 * A page has a slot from its first kmap() to the wrap after its last kunmap(),
 * or until it is freed; page->slot is the slot's number.
 *
 * Locking: a page that has a slot is mapped without the lock. The number in
 * page->slot may be out of date: the pool may have wrapped, and the slot may be
 * free or another page's. kmap() therefore raises the count first, unless the
 * slot is free, and compares slot->page afterwards: a slot with a user does not
 * change its page. If the slot is another page's, kmap() lowers the count
 * again. Slots are taken and freed with the lock held.
 *
 * When all slots are mapped, kmap() sleeps. If every mapping belongs to a task
 * that waits for a slot, and no other task unmaps one for a while, none will be
 * released: the last task to wait panics and names them all. */
#include "arch/cpu.h"
#include "kernel/atomic.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/spinlock.h"
#include "mm/kmap.h"
#include "mm/section.h"

enum {
	FREE,
	STALE,
	MAPPED, /* and more: once more than that */
};

#define LOOKS 1000 /* reads of a count, before it counts as a mapping */

/* Slots have numbers from 1. Number 0 stands for "no slot" and is always
 * free. */
static struct slot {
	unsigned count;
	union {
		struct page *page; /* the page that it maps */
		struct slot *next; /* FREE: the next that is free, or NULL */
	};
	void *address;
	pte_t *entry;
} slots[KMAP_SLOTS + 1];

static const void *taker[KMAP_SLOTS + 1]; /* the caller of its kmap() */

static struct {
	spinlock_t lock; /* protects the rest, but for looks at `waiters` */
	struct slot *free;
	struct list_head waiting; /* for one, in the order of asking */
	unsigned waiters;	  /* how many those are */
	unsigned long wraps, sleeps;
} pool = {
	.lock = SPINLOCK_INIT("kmap pool", RANK_KMAP),
	.waiting = LIST_HEAD_INIT(pool.waiting),
};

struct waiter {
	struct list_head node;
	struct task *task;
	const void *caller;
	bool called; /* woken to search for a slot */
};

/* ---- Slots --------------------------------------------------------------- */

/* Wakes the first waiter, if there is one: it searches for a slot again. */
static void wake_first_locked(void)
{
	struct waiter *first;

	if (!pool.waiters)
		return;
	first = list_first_entry(&pool.waiting, struct waiter, node);
	first->called = true;
	wake_up_process(first->task);
}

static __noinline __cold void wake_first(void)
{
	spin_lock(&pool.lock);
	wake_first_locked();
	spin_unlock(&pool.lock);
}

/* Wakes a waiter, which may go on if the slot is stale now. A waiter announces
 * itself before it reads the counts; here the order is reversed: one of the two
 * sees the other. */
static inline void slot_given_back(void)
{
	if (unlikely(READ_ONCE(pool.waiters)))
		wake_first();
}

static __noreturn __cold void panic_slot(const struct page *page,
					 unsigned number)
{
	panic("kmap: frame 0x%lx, %s, says that it has slot %u, and the last "
	      "is %u: its struct page was overwritten",
	      page_to_pfn(page), page_zone(page)->name, number,
	      (unsigned)KMAP_SLOTS);
}

/* The number of the page's slot, or 0; panics if there is no such slot. */
static inline unsigned slot_number(const struct page *page)
{
	unsigned number = READ_ONCE(page->slot);

	if (unlikely(number > KMAP_SLOTS))
		panic_slot(page, number);
	return number;
}

/* The slot that the page had a moment ago. Hides the index from the compiler,
 * which would compute several addresses from it. */
static inline struct slot *slot_of(const struct page *page)
{
	struct slot *slot = &slots[READ_ONCE(page->slot)];

	if (CHECK)
		(void)slot_number(page);
	__asm__("" : "+r"(slot));
	return slot;
}

/* One user more, unless the slot is free. */
static inline bool slot_get(struct slot *slot)
{
	unsigned seen = READ_ONCE(slot->count);

	do {
		if (seen == FREE)
			return false;
	} while (!__atomic_compare_exchange_n(&slot->count, &seen, seen + 1,
					      false, __ATOMIC_SEQ_CST,
					      __ATOMIC_RELAXED));
	return true;
}

/* One user less; returns how many there were, and one. */
static inline unsigned slot_put(struct slot *slot)
{
	return __atomic_fetch_sub(&slot->count, 1, __ATOMIC_SEQ_CST);
}

/* Frees the slot if it is stale. The entry's upper half stays: without the
 * present bit it has no meaning. */
static inline void slot_free(struct slot *slot)
{
	unsigned seen = STALE;

	if (READ_ONCE(slot->count) != STALE ||
	    !__atomic_compare_exchange_n(&slot->count, &seen, FREE, false,
					 __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
		return;
	WRITE_ONCE(slot->page->slot, 0);
	WRITE_ONCE(*(uint32_t *)slot->entry, 0);
	slot->next = pool.free;
	pool.free = slot;
}

/* Makes all stale slots free, the lowest the first to be taken. */
static void wrap(void)
{
	struct slot *before = pool.free;

	for (struct slot *slot = &slots[KMAP_SLOTS]; slot > slots; slot--)
		slot_free(slot);
	if (pool.free == before)
		return;
	pool.wraps++;
	flush_tlb_all();
}

/* Gives the page a free slot, with one user; NULL if there is none. */
static struct slot *slot_take(struct page *page, const void *caller)
{
	struct slot *slot;

	if (unlikely(!pool.free))
		wrap();
	slot = pool.free;
	if (unlikely(!slot))
		return NULL;
	pool.free = slot->next;
	slot->page = page;
	taker[slot - slots] = caller;
	pte_set_halves(slot->entry, page_entry_high(page),
		       page_entry_low(page));
	smp_store_release(&slot->count, MAPPED);
	WRITE_ONCE(page->slot, (uint16_t)(slot - slots));
	return slot;
}

/* ---- Mistakes ------------------------------------------------------------ */

/* `slot` was counted down too far. */
static __noreturn __noinline __cold void
panic_not_mapped(const struct page *page, struct slot *slot)
{
	__atomic_fetch_add(&slot->count, 1, __ATOMIC_SEQ_CST);
	if (slot == slots)
		panic("kunmap: frame 0x%lx, %s, is not mapped: it never was, "
		      "or it was long ago. kunmap() takes the page that kmap() "
		      "was given",
		      page_to_pfn(page), page_zone(page)->name);
	panic("kunmap: frame 0x%lx, %s, is not mapped any more: was it "
	      "unmapped twice? One kunmap() for each kmap(); the first was in "
	      "%pS",
	      page_to_pfn(page), page_zone(page)->name, taker[slot - slots]);
}

/* Whether all slots are mapped, and by tasks that wait. */
static bool is_deadlock(void)
{
	const struct waiter *waiter;
	int held = 0, all = 0;

	list_for_each_entry(waiter, &pool.waiting, node)
		held += waiter->task->kmap.pool_maps;
	for (unsigned n = 1; n <= KMAP_SLOTS; n++) {
		if (slots[n].count < MAPPED)
			return false;
		all += (int)slots[n].count - STALE;
	}
	return held >= all;
}

/* Prints one line for each caller that took slots. */
static void print_takers(void)
{
	for (unsigned i = 1; i <= KMAP_SLOTS; i++) {
		unsigned same = 0, before = 0;

		for (unsigned j = 1; j <= KMAP_SLOTS; j++)
			if (taker[j] == taker[i]) {
				before += j < i;
				same++;
			}
		if (!before)
			pr_emerg("kmap: %u slots were taken by %pS\n", same,
				 taker[i]);
	}
}

static __noreturn void panic_deadlock(struct waiter *self,
				      const struct page *page)
{
	const struct waiter *waiter;

	list_for_each_entry(waiter, &pool.waiting, node)
		pr_emerg("kmap: task %s waits at %pS, and holds %d\n",
			 waiter->task->name, waiter->caller,
			 waiter->task->kmap.pool_maps);
	print_takers();
	list_del_init(&self->node);
	pool.waiters--;
	spin_unlock(&pool.lock);
	panic("kmap: frame 0x%lx, %s, waits for ever: all %u slots are held by "
	      "tasks that wait for one (they are listed above). Map less at "
	      "once, or use kmap_local_page()",
	      page_to_pfn(page), page_zone(page)->name, KMAP_SLOTS);
}

/* ---- Mapping ------------------------------------------------------------- */

/* Adds a user to the page's slot, or takes a free one. The pool is locked. */
static struct slot *map_locked(struct page *page, const void *caller)
{
	struct slot *slot = slot_of(page);

	return slot_get(slot) ? slot : slot_take(page, caller);
}

/* Sleeps until it is this task's turn and there is a slot. A task that got one
 * wakes the next: there may be more. A timeout alone is no reason to search. */
static __noinline struct slot *wait_for_slot(struct page *page,
					     const void *caller)
{
	struct waiter self = {
		.task = current, .caller = caller, .called = true};
	struct slot *slot = NULL;
	unsigned long left;

	list_add_tail(&self.node, &pool.waiting);
	pool.waiters++;
	pool.sleeps++;
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (self.called && pool.waiting.next == &self.node)
			slot = map_locked(page, caller);
		self.called = false;
		if (slot)
			break;
		spin_unlock(&pool.lock);
		left = schedule_timeout(msecs_to_jiffies(KMAP_DEADLOCK_MS));
		spin_lock(&pool.lock);
		if (!left && pool.waiting.prev == &self.node && is_deadlock())
			panic_deadlock(&self, page);
	}
	set_current_state(TASK_RUNNING);
	list_del_init(&self.node);
	pool.waiters--;
	wake_first_locked();
	return slot;
}

/* Takes the lock and maps a page without a slot. */
static __noinline void *map_slowly(struct page *page, const void *caller)
{
	struct slot *slot = NULL;

	(void)slot_number(page); /* if it panics, without the lock */
	spin_lock(&pool.lock);
	if (likely(!pool.waiters))
		slot = map_locked(page, caller);
	if (unlikely(!slot))
		slot = wait_for_slot(page, caller);
	spin_unlock(&pool.lock);
	current->kmap.pool_maps++;
	return slot->address;
}

/* The slot became another page's in between. */
static __noinline void *map_again(struct page *page, struct slot *slot,
				  const void *caller)
{
	slot_put(slot);
	slot_given_back();
	return map_slowly(page, caller);
}

void *__regparm kmap_high(uint32_t place, struct page *page)
{
	struct slot *slot;

	if (unlikely(place >= mem_map_bytes))
		page_pointer_panic("kmap", page, __builtin_return_address(0));
	slot = slot_of(page);
	if (unlikely(!slot_get(slot)))
		return map_slowly(page, __builtin_return_address(0));
	if (unlikely(READ_ONCE(slot->page) != page))
		return map_again(page, slot, __builtin_return_address(0));
	current->kmap.pool_maps++;
	return slot->address;
}

void *kmap_high_get(struct page *page)
{
	struct slot *slot;

	if (unlikely(in_interrupt()))
		kmap_context_panic(__func__);
	page_check(__func__, page, __builtin_return_address(0));
	if (!PageHighMem(page))
		return kmap_direct(page);
	slot = &slots[slot_number(page)];
	if (!slot_get(slot))
		return NULL;
	if (READ_ONCE(slot->page) != page) {
		slot_put(slot);
		slot_given_back();
		return NULL;
	}
	current->kmap.pool_maps++;
	return slot->address;
}

void __regparm kunmap_high(struct page *page)
{
	struct slot *slot = &slots[slot_number(page)];

	if (unlikely(in_interrupt()))
		kmap_context_panic("kunmap");
	if (unlikely(slot_put(slot) < MAPPED))
		panic_not_mapped(page, slot);
	current->kmap.pool_maps--;
	slot_given_back();
}

void kmap_flush_unused(void)
{
	if (unlikely(in_interrupt()))
		kmap_context_panic("kmap_flush_unused");
	spin_lock(&pool.lock);
	wrap();
	spin_unlock(&pool.lock);
}

/* ---- Questions ----------------------------------------------------------- */

void *kmap_address(uint32_t place)
{
	const struct page *page = (const void *)((uint32_t)mem_map + place);

	if (unlikely(!page_in_map(page)))
		page_pointer_panic("page_address", page,
				   __builtin_return_address(0));
	return slots[slot_number(page)].address;
}

/* The number of kmap() calls that the slot counts, if it is the page's. Reads
 * it repeatedly: a kmap() of another page may raise it briefly (slot_get()). */
static unsigned users_of(const struct slot *slot, const struct page *page)
{
	unsigned count = 0;

	for (unsigned look = 0; look < LOOKS; look++) {
		if (READ_ONCE(slot->page) != page)
			return 0;
		count = READ_ONCE(slot->count);
		if (count < MAPPED)
			return 0;
		cpu_relax();
	}
	return count - STALE;
}

/* One exchange takes a stale slot away from its page, unless the slot was
 * freed. */
unsigned kmap_detach(struct page *page, const void **caller)
{
	static struct page nobody;
	unsigned number = slot_number(page), users;
	struct page *expected = page;

	if (!PageHighMem(page) || !number)
		return 0;
	users = users_of(&slots[number], page);
	*caller = taker[number];
	if (users)
		return users;
	__atomic_compare_exchange_n(&slots[number].page, &expected, &nobody,
				    false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
	WRITE_ONCE(page->slot, 0);
	return 0;
}

struct page *kmap_to_page(const void *addr)
{
	pte_t entry = is_kmap_addr(addr) ? *kernel_pte((uint32_t)addr) : 0;
	pfn_t pfn = PFN_DOWN(entry & PTE_FRAME);

	if (!(entry & PTE_PRESENT))
		return virt_to_page(addr);
	if (!pfn_valid(pfn))
		panic("kmap_to_page: %p shows frame 0x%lx, which has no struct "
		      "page",
		      addr, pfn);
	return pfn_to_page(pfn);
}

void kmap_visit_mapped(void (*visit)(const struct page *page, unsigned users,
				     const void *caller))
{
	for (unsigned n = 1; n <= KMAP_SLOTS; n++)
		if (slots[n].count >= MAPPED)
			visit(slots[n].page, slots[n].count - STALE, taker[n]);
}

struct kmap_counts kmap_count(void)
{
	struct kmap_counts counts = {.wraps = pool.wraps,
				     .sleeps = pool.sleeps};

	for (unsigned n = 1; n <= KMAP_SLOTS; n++) {
		unsigned count = READ_ONCE(slots[n].count);

		counts.free += count == FREE;
		counts.stale += count == STALE;
		counts.mapped += count >= MAPPED;
	}
	return counts;
}

void kmap_pool_init(void)
{
	for (unsigned n = KMAP_SLOTS; n; n--) {
		uint32_t virt = PKMAP_BASE + ((n - 1) << CHECK) * PAGE_SIZE;

		slots[n].address = (void *)virt;
		slots[n].entry = kernel_pte(virt);
		slots[n].next = pool.free;
		pool.free = &slots[n];
	}
}
