/* SPDX-License-Identifier: MIT */
/* Starting another CPU: INIT, STARTUP, and the page of RAM that it begins in.
 * Source: Intel SDM vol. 3, section 8.4.4.1. */
#include "arch/smp.h"

#include "arch/cpu.h"
#include "arch/lapic.h"
#include "arch/page.h"
#include "arch/time.h"
#include "arch/trampoline.h"
#include "kernel/printk.h"
#include "kernel/string.h"

/* How long a CPU may take to come up, in milliseconds. */
#define START_MS 1000

pte_t ap_pdpt[PTRS_PER_PDPT] __aligned(32);
bool ap_has_nx;

struct ap_start ap_start;

/* For a running CPU, the id from its APIC; for one that is being started, the
 * id from the MADT. */
static unsigned apic_ids[NR_CPUS];

unsigned cpu_apic_id(unsigned cpu)
{
	return apic_ids[cpu];
}

void cpu_read_apic_id(void)
{
	apic_ids[smp_processor_id()] = lapic_present() ? lapic_id() : 0;
}

void trampoline_init(void)
{
	memcpy(phys_to_virt(trampoline_phys), trampoline_start,
	       (size_t)(trampoline_end - trampoline_start));
	ap_has_nx = cpu_features.nx;
	ap_pdpt[0] = ap_pdpt[pdpt_index(PAGE_OFFSET)] =
		virt_to_phys(kernel_pd) | PTE_PRESENT;
}

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

bool trampoline_start_cpu(unsigned cpu, unsigned apic_id)
{
	apic_ids[cpu] = apic_id;
	WRITE_ONCE(ap_start.awaited, 1);
	if (send_start(cpu))
		return true;
	/* If it starts now, it finds that no CPU is expected, and halts. */
	WRITE_ONCE(ap_start.awaited, 0);
	lapic_send_init(apic_id);
	pr_err("CPU with APIC id %u does not answer: left out\n", apic_id);
	return false;
}
