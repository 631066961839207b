/* SPDX-License-Identifier: MIT */
/* Starting the other CPUs, one at a time.
 *
 *	boot CPU                                  CPU n
 *	its variables, page tables, stacks
 *	INIT, STARTUP  ─────────────────────────> boot/trampoline.asm
 *	waits                                     start_secondary():
 *	                                          segments, APIC, clock
 *	one more is online  <──────────────────── says so; idles, takes tasks
 *
 * Each CPU's page tables: a PDPT and the page directory of the kernel's
 * gigabyte, a copy of the boot CPU's, in which the entry of the CPU window
 * leads to a page table of its own. All other tables are shared; an entry that
 * changes later changes in all copies (arch/i386/pgtable.c).
 *
 *	CPU 0   PDPT ── kernel_pd ──┬── tables of all areas
 *	                            └── window of CPU 0
 *	CPU 1   PDPT ── its copy ───┬── the same tables
 *	                            └── window of CPU 1
 *
 * Source: Intel SDM vol. 3, section 8.4.4.1. */
#include "arch/smp.h"

#include "arch/clock.h"
#include "arch/cpu.h"
#include "arch/lapic.h"
#include "arch/interrupts.h"
#include "arch/page.h"
#include "arch/pgtable.h"
#include "arch/sections.h"
#include "arch/time.h"
#include "arch/tlb.h"
#include "arch/traps.h"
#include "arch/tsc.h"
#include "boot/first_mib.h"
#include "boot/trampoline.h"
#include "kernel/atomic.h"
#include "kernel/cmdline.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/string.h"
#include "mm/kmap.h"
#include "mm/page_alloc.h"
#include "mm/pcp.h"
#include "mm/vmalloc.h"

/* How long a CPU may take to come up, in milliseconds. */
#define START_MS 1000

pte_t ap_pdpt[PTRS_PER_PDPT] __aligned(32);
bool ap_has_nx;

struct ap_start ap_start;

/* Of CPUs that run, as their APICs say them; of one that is being started, as
 * the MADT does. */
static unsigned apic_ids[NR_CPUS];

unsigned cpu_apic_id(unsigned cpu)
{
	return apic_ids[cpu];
}

/* ---- Memory of a CPU ----------------------------------------------------- */

/* What a CPU is given before it starts. */
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
static void *take(size_t bytes)
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

/* All of it, or false and nothing. The idle task comes last: a task cannot be
 * taken back before it has run. */
static bool take_memory(unsigned cpu, struct cpu_memory *memory)
{
	*memory = (struct cpu_memory){
		.variables = take(size_of_variables()),
		.directory = take(PAGE_SIZE),
		.window = take(PAGE_SIZE),
		.pdpt = take(PAGE_SIZE),
		.double_fault_stack = vmalloc(STACK_SIZE),
	};
	if (memory->variables && memory->directory && memory->window &&
	    memory->pdpt && memory->double_fault_stack)
		memory->idle = sched_make_idle(cpu);
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

/* Gives it page tables; returns the physical address of its PDPT, which lies
 * below 4 GiB as all of lowmem does. */
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

/* Gives CPU number `cpu` all that it starts with; false if there is too little
 * memory. */
static bool prepare_cpu(unsigned cpu)
{
	struct cpu_memory memory;

	if (!take_memory(cpu, &memory))
		return false;
	set_up_variables(cpu, memory.variables);
	/* A panic asks whose CPU it is, at any point. */
	per_cpu(current_task, cpu) = memory.idle;
	ap_start.cpu = cpu;
	ap_start.pdpt = set_up_page_tables(cpu, &memory);
	ap_start.idle = memory.idle;
	ap_start.stack_top = memory.idle->stack + STACK_SIZE;
	ap_start.double_fault_stack = memory.double_fault_stack;
	WRITE_ONCE(ap_start.awaited, 1);
	return true;
}

/* ---- On the other CPU ---------------------------------------------------- */

/* This CPU is the boot CPU to all that asks, until it has its segments. */
void start_secondary(void)
{
	unsigned cpu = ap_start.cpu;

	idt_load();
	gdt_init(cpu, ap_start.double_fault_stack + STACK_SIZE);
	cpu_init();
	kmap_init_cpu();
	sched_start_secondary(ap_start.idle);
	lapic_init();
	apic_ids[cpu] = lapic_id();
	clock_start();
	__atomic_or_fetch(&cpu_online_mask, cpumask_of(cpu), __ATOMIC_SEQ_CST);
	tlb_init();
	local_irq_enable();
	preempt_enable();
	cpu_idle();
}

/* ---- On the boot CPU ----------------------------------------------------- */

static bool is_online(unsigned cpu)
{
	return READ_ONCE(cpu_online_mask) & cpumask_of(cpu);
}

/* Waits for CPU `cpu`, for `ms` milliseconds at most; true if it came. */
static bool await(unsigned cpu, unsigned ms)
{
	uint64_t end = time_ns() + (uint64_t)ms * 1000000;

	while (!is_online(cpu) && time_ns() < end)
		cpu_relax();
	return is_online(cpu);
}

/* INIT, and up to two STARTUPs, as the manual has it. */
static bool send_start(unsigned cpu)
{
	unsigned page = (unsigned)PFN_DOWN(trampoline_phys);

	if (!lapic_send_init(apic_ids[cpu]))
		return false;
	await(cpu, 10);
	return lapic_send_startup(apic_ids[cpu], page) &&
	       (await(cpu, 10) || (lapic_send_startup(apic_ids[cpu], page) &&
				   await(cpu, START_MS)));
}

/* Brings up CPU number `cpu`, which is prepared; false, with a line in the log,
 * if it does not come. What it was given then stays lost: it may still be on
 * its way. */
static bool start_cpu(unsigned cpu)
{
	if (send_start(cpu))
		return true;
	/* Should it come now, it finds that no CPU is awaited, and halts. */
	WRITE_ONCE(ap_start.awaited, 0);
	lapic_send_init(apic_ids[cpu]);
	pr_err("CPU with APIC id %u does not answer: left out\n",
	       apic_ids[cpu]);
	return false;
}

/* How many CPUs are wanted: all, or what the command line says. */
static unsigned cpus_wanted(unsigned found)
{
	int most;

	if (cmdline_int("maxcpus", &most))
		return found;
	if (most < 1) {
		pr_warn("maxcpus=: the boot CPU stays; using 1\n");
		most = 1;
	}
	return min(found, (unsigned)most);
}

void smp_init(void)
{
	const struct madt_info *madt = &madt_info;
	unsigned wanted = cpus_wanted(madt->cpus), cpu = 1;

	apic_ids[0] = lapic_present() ? lapic_id() : 0;
	if (wanted == 1)
		return;
	if (!tsc_khz()) {
		pr_warn("smp: no clock to wait for other CPUs by; going on "
			"with one\n");
		return;
	}
	if (!trampoline_phys) {
		pr_err("smp: no page of RAM is free below 1 MiB, where CPUs "
		       "start; going on with one\n");
		return;
	}
	memcpy(phys_to_virt(trampoline_phys), trampoline_start,
	       (size_t)(trampoline_end - trampoline_start));
	ap_has_nx = cpu_features.nx;
	ap_pdpt[0] = ap_pdpt[pdpt_index(PAGE_OFFSET)] =
		virt_to_phys(kernel_pd) | PTE_PRESENT;
	for (unsigned i = 1; i < madt->cpus && cpu < wanted; i++) {
		apic_ids[cpu] = madt->apic_id[i];
		if (!prepare_cpu(cpu)) {
			pr_err("smp: too little memory for CPU %u; going on "
			       "with %u\n",
			       cpu, num_online_cpus());
			break;
		}
		cpu += start_cpu(cpu);
	}
	pr_info("smp: %u of %u CPUs run\n", num_online_cpus(), madt->cpus);
}
