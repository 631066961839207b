/* SPDX-License-Identifier: MIT */
/* The local APIC.
 *
 *   I/O APIC ─┐                       ┌─ IRR ── TPR ──> CPU
 *   other CPUs┼─ messages ──> accept ─┘   vector by vector, highest first
 *   this CPU ─┘
 *   timer, LINT0, LINT1, error ── LVT ──> vector, NMI, or nothing (masked)
 *
 * Loft names CPUs by their physical APIC ids, one at a time; it needs neither
 * logical ids nor priorities. LINT0, where the 8259s come in, stays masked.
 *
 * A message takes two stores: the receiver, then the message, which sends it.
 * Between the two the CPU must take no interrupt, because its handler might
 * send a message, too. A single store can send to all other CPUs at once. Loft
 * does not use it, because it reaches CPUs that were never started. An NMI
 * makes those run the firmware's code, in memory that may have another owner by
 * now.
 *
 * Source: Intel SDM vol. 3, sections 10.4 (the chip), 10.5 (local sources),
 * 10.6 (messages), 10.9 (spurious interrupts). */
#include "arch/lapic.h"

#include "arch/cpu.h"
#include "arch/irqflags.h"
#include "arch/vectors.h"
#include "kernel/panic.h"
#include "kernel/printk.h"

#define CPUID1_EDX_MSR	(1u << 5)
#define CPUID1_EDX_APIC (1u << 9) /* clear also when switched off */

#define MSR_APIC_BASE	  0x1Bu
#define APIC_BASE_ENABLED ((uint64_t)1 << 11)
#define APIC_BASE_X2APIC  ((uint64_t)1 << 10)

/* Reads of a register that is not ready yet, each 100 ns or more. */
#define POLLS_AT_MOST 1000000u

#define STARTUP_PAGES 256u

/* Written once, by the boot CPU. */
static bool present;
static unsigned nmi_pins;

/* Makes the registers answer in memory, if firmware left them in another mode.
 * The way out of x2APIC mode is through "off" (10.12.5). */
static void enable_registers(void)
{
	const uint64_t mode = APIC_BASE_ENABLED | APIC_BASE_X2APIC;
	uint64_t base = rdmsr(MSR_APIC_BASE);

	if ((base & mode) == APIC_BASE_ENABLED)
		return;
	wrmsr(MSR_APIC_BASE, base & ~mode);
	wrmsr(MSR_APIC_BASE, (base & ~mode) | APIC_BASE_ENABLED);
}

bool lapic_setup(void)
{
	const uint32_t needed = CPUID1_EDX_MSR | CPUID1_EDX_APIC;

	if ((cpuid(1).edx & needed) != needed)
		return false;
	fixmap_set(FIX_LAPIC, rdmsr(MSR_APIC_BASE) & PTE_FRAME,
		   PAGE_KERNEL_DEVICE);
	enable_registers();
	present = true;
	return true;
}

void lapic_apply_madt(const struct madt_info *madt)
{
	phys_addr_t phys = rdmsr(MSR_APIC_BASE) & PTE_FRAME;

	if (madt->lapic_phys && madt->lapic_phys != phys)
		pr_warn("local APIC: at %pa, though the MADT says %pa\n", &phys,
			&madt->lapic_phys);
	nmi_pins = madt->nmi_pins;
}

bool lapic_present(void)
{
	return present;
}

/* Masks the local sources; which there are depends on the version. */
static void mask_sources(void)
{
	static const uint16_t source[] = {
		LAPIC_LVT_TIMER, LAPIC_LVT_LINT0,    LAPIC_LVT_LINT1,
		LAPIC_LVT_ERROR, LAPIC_LVT_COUNTERS, LAPIC_LVT_THERMAL,
	};
	size_t sources = (lapic_read(LAPIC_VERSION) >> 16 & 0xff) + 1;

	for (size_t i = 0; i < min(sources, ARRAY_SIZE(source)); i++)
		lapic_write(source[i], LVT_MASKED);
}

void lapic_init(void)
{
	enable_registers();
	mask_sources();
	lapic_write(LAPIC_TIMER_INITIAL, 0);
	lapic_write(LAPIC_TPR, 0);
	lapic_write(LAPIC_SVR, SVR_ENABLED | VECTOR_SPURIOUS);
	/* An entry cannot be unmasked before the main switch is on. */
	if (nmi_pins & 1)
		lapic_write(LAPIC_LVT_LINT0, ICR_NMI);
	if (nmi_pins & 2)
		lapic_write(LAPIC_LVT_LINT1, ICR_NMI);
	/* The first write makes recorded errors readable, the second clears
	 * them. */
	lapic_write(LAPIC_ESR, 0);
	lapic_write(LAPIC_ESR, 0);
}

unsigned lapic_id(void)
{
	return lapic_read(LAPIC_ID) >> 24;
}

/* Waits until the last message was sent; false if that takes too long. */
static bool wait_delivered(void)
{
	for (unsigned i = 0; i < POLLS_AT_MOST; i++) {
		if (!(lapic_read(LAPIC_ICR_LOW) & ICR_PENDING))
			return true;
		cpu_relax();
	}
	return false;
}

/* Sends to one CPU; true if it was sent. */
static bool send(unsigned apic_id, uint32_t what)
{
	unsigned long flags;
	bool ready;

	BUG_ON(apic_id >= APIC_ID_ALL);
	local_irq_save(flags);
	ready = wait_delivered();
	if (ready) {
		lapic_write(LAPIC_ICR_HIGH, apic_id << 24);
		lapic_write(LAPIC_ICR_LOW, what | ICR_ASSERT);
	}
	local_irq_restore(flags);
	return ready;
}

bool lapic_send_ipi(unsigned apic_id, unsigned vector)
{
	BUG_ON(vector < VECTOR_FIRST || vector > VECTOR_SPURIOUS);
	return send(apic_id, ICR_FIXED | vector);
}

bool lapic_send_nmi(unsigned apic_id)
{
	return send(apic_id, ICR_NMI);
}

bool lapic_send_init(unsigned apic_id)
{
	BUG_ON(apic_id == lapic_id());
	return send(apic_id, ICR_INIT) && wait_delivered();
}

bool lapic_send_startup(unsigned apic_id, unsigned page)
{
	BUG_ON(page >= STARTUP_PAGES);
	return send(apic_id, ICR_STARTUP | page) && wait_delivered();
}
