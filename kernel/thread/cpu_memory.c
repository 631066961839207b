/* SPDX-License-Identifier: MIT */
/* Memory that a CPU needs before it starts: its variables, page tables, stacks.
 *
 * Each CPU's page tables: a PDPT and the page directory of the kernel's
 * gigabyte, a copy of the boot CPU's, in which the entry of the CPU window
 * leads to a page table of its own. All other tables are shared; an entry that
 * changes later changes in all copies (arch/i386/mmu/pgtable.c).
 *
 *	CPU 0   PDPT ── kernel_pd ──┬── tables of all areas
 *	                            └── window of CPU 0
 *	CPU 1   PDPT ── its copy ───┬── the same tables
 *	                            └── window of CPU 1
 */
#include "cpu_memory.h"

#include "arch/page.h"
#include "arch/sections.h"
#include "arch/trampoline.h"
#include "kernel/kthread.h"
#include "mm/page_alloc.h"
#include "mm/vmalloc.h"

/* Memory that a CPU needs before it starts. */
struct cpu_memory {
	void *variables;
	pte_t *directory, *window, *pdpt;
	uint8_t *double_fault_stack;
	struct task *idle;
};

static size_t size_of_variables(void)
{
	return (size_t)(percpu_end - percpu_start);
}

/* `bytes` bytes of lowmem, cleared, or NULL. */
static void *take_lowmem(size_t bytes)
{
	return alloc_pages_exact(bytes, GFP_KERNEL | __GFP_ZERO);
}

static void free_memory(struct cpu_memory *memory)
{
	free_pages_exact(memory->variables, size_of_variables());
	free_pages_exact(memory->directory, PAGE_SIZE);
	free_pages_exact(memory->window, PAGE_SIZE);
	free_pages_exact(memory->pdpt, PAGE_SIZE);
	vfree(memory->double_fault_stack);
}

/* Allocates all of it. If memory is short, frees what it has allocated and
 * returns false. The idle task comes last, because a task cannot be freed
 * before it has run. */
static bool take_memory(unsigned cpu, struct cpu_memory *memory)
{
	*memory = (struct cpu_memory){
		.variables = take_lowmem(size_of_variables()),
		.directory = take_lowmem(PAGE_SIZE),
		.window = take_lowmem(PAGE_SIZE),
		.pdpt = take_lowmem(PAGE_SIZE),
		.double_fault_stack = vmalloc(STACK_SIZE),
	};
	if (memory->variables && memory->directory && memory->window &&
	    memory->pdpt && memory->double_fault_stack)
		memory->idle = kthread_make_idle(cpu);
	if (!memory->idle)
		free_memory(memory);
	return memory->idle;
}

/* Gives CPU `cpu` its own copy of the per-CPU variables, all zero. */
static void set_up_variables(unsigned cpu, void *variables)
{
	per_cpu_offset[cpu] = (uintptr_t)variables - (uintptr_t)percpu_start;
	per_cpu(this_cpu_offset, cpu) = per_cpu_offset[cpu];
	per_cpu(cpu_number, cpu) = cpu;
	per_cpu(preempt_word, cpu) = PREEMPT_NO_RESCHED | PREEMPT_OFFSET;
	sched_prepare(cpu);
	pcp_init(cpu);
}

/* Makes its page tables; returns the physical address of its PDPT, which is
 * below 4 GiB, as all of lowmem is. */
static uint32_t set_up_page_tables(unsigned cpu, const struct cpu_memory *m)
{
	kernel_directory_copy(m->directory);
	m->directory[pde_index(CPU_WINDOW_BASE)] =
		virt_to_phys(m->window) | PAGE_TABLE;
	m->pdpt[pdpt_index(PAGE_OFFSET)] =
		virt_to_phys(m->directory) | PTE_PRESENT;
	per_cpu(kernel_directory, cpu) = m->directory;
	return (uint32_t)virt_to_phys(m->pdpt);
}

bool prepare_cpu(unsigned cpu)
{
	struct cpu_memory memory;

	if (!take_memory(cpu, &memory))
		return false;
	set_up_variables(cpu, memory.variables);
	/* A panic may print the current task at any point. */
	per_cpu(current_task, cpu) = memory.idle;
	ap_start.cpu = cpu;
	ap_start.pdpt = set_up_page_tables(cpu, &memory);
	ap_start.idle = memory.idle;
	ap_start.stack_top = memory.idle->stack + STACK_SIZE;
	ap_start.double_fault_stack = memory.double_fault_stack;
	return true;
}
