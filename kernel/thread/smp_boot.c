/* SPDX-License-Identifier: MIT */
/* Starting the other CPUs, one at a time.
 *
 *	boot CPU                                  CPU n
 *	its variables, page tables, stacks
 *	INIT, STARTUP  ─────────────────────────> boot/trampoline.asm
 *	waits                                     start_secondary():
 *	                                          segments, APIC, clock
 *	one more is online  <──────────────────── is online; idles, takes tasks
 */
#include "kernel/smp_boot.h"

#include "arch/clock.h"
#include "arch/cpu.h"
#include "arch/interrupts.h"
#include "arch/lapic.h"
#include "arch/smp.h"
#include "arch/tlb.h"
#include "arch/traps.h"
#include "arch/trampoline.h"
#include "arch/tsc.h"
#include "arch/tss.h"
#include "cpu_memory.h"
#include "kernel/cmdline.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "mm/kmap.h"

/* ---- On the other CPU ---------------------------------------------------- */

/* Until this CPU has its segments, its per-CPU variables are the boot CPU's. */
void start_secondary(void)
{
	unsigned cpu = ap_start.cpu;

	idt_load();
	gdt_init(cpu, ap_start.double_fault_stack + STACK_SIZE);
	cpu_init();
	kmap_init_cpu();
	sched_start(ap_start.idle, ap_start.idle);
	lapic_init();
	cpu_read_apic_id();
	clock_start();
	__atomic_or_fetch(&cpu_online_mask, cpumask_of(cpu), __ATOMIC_SEQ_CST);
	tlb_init();
	local_irq_enable();
	preempt_enable();
	cpu_idle();
}

/* ---- On the boot CPU ----------------------------------------------------- */

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

	cpu_read_apic_id();
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
	trampoline_init();
	for (unsigned i = 1; i < madt->cpus && cpu < wanted; i++) {
		if (!prepare_cpu(cpu)) {
			pr_err("smp: too little memory for CPU %u; going on "
			       "with %u\n",
			       cpu, num_online_cpus());
			break;
		}
		/* If a CPU does not start, its memory is not freed: it
			 * may still start later. */
		cpu += trampoline_start_cpu(cpu, madt->apic_id[i]);
	}
	pr_info("smp: %u of %u CPUs run\n", num_online_cpus(), madt->cpus);
}
