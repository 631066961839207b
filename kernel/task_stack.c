/* SPDX-License-Identifier: MIT */
/* The stacks of tasks: four pages of the vmalloc area each, with a guard page
 * below, so that running off a stack faults instead of writing to the next.
 *
 *	| guard | stack | guard | stack | guard | ...
 *
 * A stack that was freed stays mapped and is given out again: no CPU has to
 * be told, and it is warm. */
#include "arch/pgtable.h"
#include "kernel/spinlock.h"
#include "kernel/task.h"
#include "mm/page_alloc.h"

#define STACK_SLOT (STACK_SIZE + PAGE_SIZE)

static DEFINE_SPINLOCK(stacks_lock, RANK_VMAP);
static uint8_t *free_stacks; /* the first word of each is the next */
static uint32_t next_slot = VMALLOC_START;

/* A stack that was used before, or NULL. */
static uint8_t *take_freed(void)
{
	uint8_t *stack;

	spin_lock(&stacks_lock);
	stack = free_stacks;
	if (stack)
		free_stacks = *(uint8_t **)stack;
	spin_unlock(&stacks_lock);
	return stack;
}

/* Maps the pages of a new stack. */
static uint8_t *map_new(struct page **pages)
{
	uint32_t virt;

	spin_lock(&stacks_lock);
	virt = next_slot + PAGE_SIZE;
	next_slot += STACK_SLOT;
	spin_unlock(&stacks_lock);
	for (unsigned i = 0; i < STACK_SIZE / PAGE_SIZE; i++)
		pte_set(kernel_pte(virt + i * PAGE_SIZE),
			page_to_phys(pages[i]) | prot_supported(PAGE_KERNEL));
	return (uint8_t *)virt;
}

uint8_t *task_stack_alloc(void)
{
	struct page *pages[STACK_SIZE / PAGE_SIZE];
	uint8_t *stack = take_freed();
	unsigned long got;

	if (stack)
		return stack;
	got = alloc_pages_bulk(GFP_HIGHUSER, ARRAY_SIZE(pages), pages);
	if (got == ARRAY_SIZE(pages))
		return map_new(pages);
	while (got)
		__free_page(pages[--got]);
	return NULL;
}

void task_stack_free(uint8_t *stack)
{
	if (!stack)
		return;
	spin_lock(&stacks_lock);
	*(uint8_t **)stack = free_stacks;
	free_stacks = stack;
	spin_unlock(&stacks_lock);
}
