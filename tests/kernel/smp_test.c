/* SPDX-License-Identifier: MIT */
/* What each CPU has of its own, and what all have in common.
 *
 * Notices: window_shared, window_of_the_boot_cpu, cpu_left_out,
 * late_cpu_takes_a_stack. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/extable.h"
#include "arch/interrupts.h"
#include "arch/ipi.h"
#include "arch/lapic.h"
#include "arch/pgtable.h"
#include "arch/tlb.h"
#include "arch/tss.h"
#include "arch/trampoline.h"
#include "crew.h"
#include "mm/page_alloc.h"

/* An address of the CPU window that nothing else uses: near the far end of
 * kmap_atomic's slots. */
#define WINDOW_ADDRESS (CPU_WINDOW_BASE + 500 * PAGE_SIZE)

/* What a CPU says of itself. */
struct answer {
	unsigned number, apic_id;
	uint32_t cr3, offset;
	const struct tss *tss;
	uint16_t fs;
	bool pge, nx, wp;
};

static void answer(void *arg)
{
	struct answer *mine = arg;

	mine->number = smp_processor_id();
	mine->apic_id = lapic_id();
	mine->cr3 = read_cr3();
	mine->offset = this_cpu_read(this_cpu_offset);
	mine->tss = this_cpu_ptr(&main_tss);
	__asm__("mov %%fs, %0" : "=r"(mine->fs));
	mine->pge = read_cr4() & CR4_PGE;
	mine->nx = cpu_features.nx && rdmsr(MSR_EFER) & EFER_NXE;
	mine->wp = read_cr0() & CR0_WP;
}

static void ask_all(struct answer *answers)
{
	for_each_cpu(cpu, cpu_online_mask)
		smp_call_function_single(cpu, answer, &answers[cpu], true);
}

KTEST(smp, "the CPUs that the firmware names run, numbered without a gap")
{
	unsigned n = num_online_cpus();

	EXPECT_EQ(cpu_online_mask, (cpumask_t)(~(uint64_t)0 >> (64 - n)));
	EXPECT_EQ(n, madt_info.cpus);
	for (unsigned cpu = 0; cpu < n; cpu++)
		EXPECT_EQ(cpu_apic_id(cpu), madt_info.apic_id[cpu]);
}

KTEST(smp, "a CPU that comes late finds that none is awaited")
{
	EXPECT_EQ(ap_start.awaited, 0);
}

KTEST(smp, "each has its number, its APIC, its variables, its page tables")
{
	static struct answer answers[NR_CPUS];

	if (one_cpu())
		return;
	ask_all(answers);
	for_each_cpu(cpu, cpu_online_mask) {
		EXPECT_EQ(answers[cpu].number, cpu);
		EXPECT_EQ(answers[cpu].apic_id, cpu_apic_id(cpu));
		EXPECT_EQ(answers[cpu].fs, KERNEL_PERCPU);
		EXPECT_EQ(answers[cpu].offset, per_cpu_offset[cpu]);
		for (unsigned other = 0; other < cpu; other++) {
			EXPECT(answers[cpu].cr3 != answers[other].cr3);
			EXPECT(answers[cpu].offset != answers[other].offset);
			EXPECT(answers[cpu].tss != answers[other].tss);
		}
	}
}

KTEST(smp, "each has the protections of the boot CPU")
{
	static struct answer answers[NR_CPUS];

	if (one_cpu())
		return;
	ask_all(answers);
	for_each_cpu(cpu, cpu_online_mask) {
		EXPECT(answers[cpu].wp);
		EXPECT_EQ(answers[cpu].pge, cpu_features.pge);
		EXPECT_EQ(answers[cpu].nx, cpu_features.nx);
	}
}

KTEST(smp, "all page tables are shared but that of the window")
{
	unsigned window = pde_index(CPU_WINDOW_BASE), differ = 0;

	if (one_cpu())
		return;
	for_each_cpu(cpu, cpu_online_mask & ~cpumask_of(0)) {
		const pte_t *its = per_cpu(kernel_directory, cpu);

		for (unsigned i = 0; i < PTRS_PER_TABLE; i++)
			differ += i != window && its[i] != kernel_pd[i];
		EXPECT((its[window] & PTE_FRAME) !=
		       (kernel_pd[window] & PTE_FRAME));
	}
	EXPECT_EQ(differ, 0);
}

/* Shows a page in this CPU's window; ends that. */
static void show(void *page)
{
	pte_set(kernel_pte(WINDOW_ADDRESS),
		page_to_phys(page) | prot_supported(PAGE_KERNEL));
}

static void hide(void *unused)
{
	(void)unused;
	pte_clear(kernel_pte(WINDOW_ADDRESS));
	flush_tlb_page_local(WINDOW_ADDRESS);
}

static void look(void *word)
{
	*(uint32_t *)word = *(volatile uint32_t *)WINDOW_ADDRESS;
}

KTEST(smp, "one address of the window reads different pages on each CPU")
{
	struct page *page[NR_CPUS];
	uint32_t seen = 0;

	if (one_cpu())
		return;
	for_each_cpu(cpu, cpu_online_mask) {
		page[cpu] = alloc_page(GFP_KERNEL);
		*(uint32_t *)lowmem_page_address(page[cpu]) = 1000 + cpu;
		smp_call_function_single(cpu, show, page[cpu], true);
	}
	for_each_cpu(cpu, cpu_online_mask) {
		smp_call_function_single(cpu, look, &seen, true);
		EXPECT_EQ(seen, 1000 + cpu);
	}
	for_each_cpu(cpu, cpu_online_mask) {
		smp_call_function_single(cpu, hide, NULL, true);
		__free_page(page[cpu]);
	}
}

/* Whether a CPU reaches anything there. */
static void probe(void *fault)
{
	uint32_t word;

	*(int *)fault = copy_from_kernel_nofault(&word, (void *)WINDOW_ADDRESS,
						 sizeof(word));
}

KTEST(smp, "a mapping that one CPU makes in its window is no other's")
{
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned maker = num_online_cpus() - 1;
	int fault = 1;

	if (one_cpu()) {
		__free_page(page);
		return;
	}
	smp_call_function_single(maker, show, page, true);
	for_each_cpu(cpu, cpu_online_mask) {
		smp_call_function_single(cpu, probe, &fault, true);
		EXPECT_EQ(!fault, cpu == maker);
	}
	smp_call_function_single(maker, hide, NULL, true);
	smp_call_function_single(maker, probe, &fault, true);
	EXPECT(fault);
	__free_page(page);
}

/* A stack that overflows, and the way back: see the suite `traps`. */
static void *overflow_jump[5];
static unsigned overflow_cpu;

static void leave_overflow(void)
{
	__builtin_longjmp(overflow_jump, 1);
}

static bool catch_overflow(struct tss *interrupted)
{
	overflow_cpu = smp_processor_id();
	interrupted->esp = (uint32_t)overflow_jump[2] - 64;
	interrupted->eip = (uint32_t)leave_overflow;
	return true;
}

static unsigned __noinline recurse(unsigned depth)
{
	volatile uint8_t frame[256];

	frame[0] = (uint8_t)depth;
	return depth == UINT32_MAX ? 0 : recurse(depth + 1) + frame[0];
}

static int overflow(void *unused)
{
	(void)unused;
	if (!__builtin_setjmp(overflow_jump))
		recurse(0);
	return 42;
}

KTEST(smp, "a task's stack overflows into its guard page, on any CPU")
{
	for_each_cpu(cpu, cpu_online_mask) {
		struct task *task =
			kthread_create(overflow, NULL, "overflow/%u", cpu);

		overflow_cpu = NR_CPUS;
		double_fault_hook = catch_overflow;
		kthread_bind(task, cpu);
		wake_up_process(task);
		EXPECT_EQ(kthread_join(task), 42);
		EXPECT_EQ(overflow_cpu, cpu);
	}
}
