/* SPDX-License-Identifier: MIT */
/* TLB flushes, on this CPU and on all: the shootdown.
 *
 *	CPU 0                              CPU 1            CPU 2 (idles)
 *	entry changed
 *	flush here
 *	generation 7, pending = {1}  ───>  interrupt
 *	waits                              flush here
 *	pending empty               <───   pending = {}
 *	goes on                                             wakes: has seen 6,
 *	                                                    so flushes all
 *
 * One shootdown is under way at a time; its lock is taken with interrupts off.
 *
 * Every flush has a number, the generation. A CPU whose `seen` is n has done
 * all flushes up to n. An idle CPU may be behind: it sets `lazy` before it
 * halts, and compares the generation after it has cleared `lazy`. The flushing
 * CPU raises the generation first and reads every `lazy` after that. With this
 * order either the flushing CPU sees `lazy` clear and interrupts the other
 * CPU, or the other CPU sees the new generation and flushes everything.
 *
 * A CR3 reload keeps global pages. If the CPU has them, CR4.PGE is cleared and
 * set instead, which flushes everything (SDM 4.10.4.1). */
#include "arch/tlb.h"

#include "arch/cpu.h"
#include "arch/smp.h"
#include "kernel/atomic.h"
#include "kernel/spinlock.h"

DEFINE_PER_CPU(struct tlb_stats, tlb_stats);
static DEFINE_PER_CPU(unsigned, seen);
static DEFINE_PER_CPU(unsigned, lazy);

static struct {
	spinlock_t lock;
	uint32_t start, end; /* addresses of pages, the last included */
	unsigned generation;
	cpumask_t pending; /* CPUs that have not done it yet */
} shootdown = {.lock = SPINLOCK_INIT("shootdown", RANK_TLB)};

/* ---- This CPU ------------------------------------------------------------ */

void flush_tlb_all_local(void)
{
	uint32_t cr4 = read_cr4();

	this_cpu_inc(tlb_stats.full);
	if (!(cr4 & CR4_PGE)) {
		write_cr3(read_cr3());
		return;
	}
	write_cr4(cr4 & ~CR4_PGE);
	write_cr4(cr4);
}

/* Flushes the pages from `start` to `last`, the last included. */
static void flush_local(uint32_t start, uint32_t last)
{
	unsigned pages = ((last - start) >> PAGE_SHIFT) + 1;

	if (pages > TLB_PAGES_MAX) {
		flush_tlb_all_local();
		return;
	}
	this_cpu_add(tlb_stats.pages, pages);
	while (pages--)
		flush_tlb_page_local(start + pages * PAGE_SIZE);
}

/* ---- All CPUs ------------------------------------------------------------ */

/* The CPUs to interrupt: all others that are not lazy. */
static cpumask_t choose_targets(void)
{
	cpumask_t others = cpu_online_mask & ~cpumask_of(smp_processor_id());
	cpumask_t targets = others;

	for_each_cpu(cpu, others)
		if (READ_ONCE(per_cpu(lazy, cpu)))
			targets &= ~cpumask_of(cpu);
	this_cpu_add(tlb_stats.ipis, __builtin_popcountl(targets));
	this_cpu_add(tlb_stats.avoided, __builtin_popcountl(others & ~targets));
	return targets;
}

/* Makes the other CPUs flush [start, last], and waits until all have. */
static void shoot(uint32_t start, uint32_t last)
{
	unsigned long flags;
	cpumask_t targets;

	spin_lock_irqsave(&shootdown.lock, flags);
	shootdown.start = start;
	shootdown.end = last;
	WRITE_ONCE(shootdown.generation, shootdown.generation + 1);
	this_cpu_write(seen, shootdown.generation);
	smp_mb();
	targets = choose_targets();
	smp_store_release(&shootdown.pending, targets);
	for_each_cpu(cpu, targets)
		smp_send_flush(cpu);
	while (smp_load_acquire(&shootdown.pending))
		cpu_relax();
	spin_unlock_irqrestore(&shootdown.lock, flags);
}

static void flush_everywhere(uint32_t start, uint32_t last)
{
	preempt_disable();
	flush_local(start, last);
	if (num_online_cpus() > 1)
		shoot(start, last);
	preempt_enable();
}

void flush_tlb_kernel_range(uint32_t start, uint32_t end)
{
	if (start < end)
		flush_everywhere(ALIGN_DOWN(start, PAGE_SIZE),
				 ALIGN_DOWN(end - 1, PAGE_SIZE));
}

void flush_tlb_page(uint32_t virt)
{
	flush_everywhere(ALIGN_DOWN(virt, PAGE_SIZE),
			 ALIGN_DOWN(virt, PAGE_SIZE));
}

void flush_tlb_all(void)
{
	flush_everywhere(0, ALIGN_DOWN(~0u, PAGE_SIZE));
}

/* ---- The other side ------------------------------------------------------ */

void flush_tlb_serve(void)
{
	cpumask_t me = cpumask_of(smp_processor_id());
	unsigned long flags;

	if (likely(!(READ_ONCE(shootdown.pending) & me)))
		return;
	/* With interrupts on, a flush IPI could serve this request between
	 * the two tests, and this CPU would clear its bit in the next one
	 * without having flushed for it. */
	local_irq_save(flags);
	if (smp_load_acquire(&shootdown.pending) & me) {
		flush_local(shootdown.start, shootdown.end);
		this_cpu_write(seen, shootdown.generation);
		__atomic_and_fetch(&shootdown.pending, ~me, __ATOMIC_SEQ_CST);
	}
	local_irq_restore(flags);
}

void tlb_enter_lazy(void)
{
	this_cpu_write(lazy, 1);
}

void tlb_leave_lazy(void)
{
	unsigned now;

	if (!this_cpu_read(lazy))
		return;
	this_cpu_write(lazy, 0);
	smp_mb();
	now = READ_ONCE(shootdown.generation);
	if (now == this_cpu_read(seen))
		return;
	this_cpu_write(seen, now);
	flush_tlb_all_local();
}

void tlb_init(void)
{
	this_cpu_write(seen, shootdown.generation);
	flush_tlb_all_local();
}
