/* SPDX-License-Identifier: MIT */
/* I/O APICs.
 *
 *   line ──> pin n ──> redirection entry n ── message ──> local APIC
 *                      63     56        16  15      13       10   8 7     0
 *                      +--------+--//--+----+-----+--------+------+--------+
 *                      |APIC id |      |mask|level|act. low| mode | vector |
 *                      +--------+--//--+----+-----+--------+------+--------+
 *
 * An entry is two 32-bit registers. It is masked while it is changed, because
 * the chip could otherwise send a message from a half-changed entry.
 *
 * The chip has one window for its registers: IOREGSEL selects a register, IOWIN
 * reads and writes it. Pins are numbered through all chips (global system
 * interrupts); each begins where the MADT says.
 *
 * Locking: ioapic_lock, interrupts off, from the choice of a register to its
 * use.
 *
 * Source: Intel 82093AA data sheet, chapter 3. */
#include "arch/ioapic.h"

#include "arch/fixmap.h"
#include "kernel/errno.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/spinlock.h"

#define IOREGSEL 0x00
#define IOWIN	 0x10

#define IOAPIC_VERSION	     0x01 /* bits 16-23: the last entry */
#define IOAPIC_ENTRY_LOW(n)  (0x10 + 2 * (n))
#define IOAPIC_ENTRY_HIGH(n) (0x11 + 2 * (n))

/* Of an entry's low half; mode 0 is "fixed": to that CPU, that vector. */
#define ENTRY_NMI	 0x00000400u /* mode 4: to that CPU, as an NMI */
#define ENTRY_ACTIVE_LOW 0x00002000u
#define ENTRY_LEVEL	 0x00008000u
#define ENTRY_MASKED	 0x00010000u

#define ISA_CASCADE 2 /* the second 8259, on the first: no device */

/* Written once, at boot. */
static struct ioapic {
	uint8_t *regs;
	uint32_t gsi_base;
	unsigned pins;
} ioapics[MADT_IOAPICS_MAX];
static unsigned ioapic_count;
static DEFINE_SPINLOCK(ioapic_lock, RANK_IOAPIC);
static const struct madt_irq *irqs; /* the MADT's */
STATIC_ASSERT(MADT_IOAPICS_MAX == FIX_IOAPIC_LAST - FIX_IOAPIC_FIRST + 1);

static uint32_t ioapic_read(const struct ioapic *io, unsigned reg)
{
	*(volatile uint32_t *)(io->regs + IOREGSEL) = reg;
	return *(volatile uint32_t *)(io->regs + IOWIN);
}

static void ioapic_write(const struct ioapic *io, unsigned reg, uint32_t value)
{
	*(volatile uint32_t *)(io->regs + IOREGSEL) = reg;
	*(volatile uint32_t *)(io->regs + IOWIN) = value;
}

/* Maps one chip; how many pins it has, 0 if it does not answer. */
static unsigned map_ioapic(const struct madt_ioapic *from, unsigned slot)
{
	struct ioapic *io = &ioapics[ioapic_count];
	phys_addr_t phys = from->phys;
	uint32_t version;

	io->regs = fixmap_set(slot, phys, PAGE_KERNEL_DEVICE);
	io->gsi_base = from->gsi_base;
	version = ioapic_read(io, IOAPIC_VERSION);
	if (version == 0xFFFFFFFF) {
		pr_warn("I/O APIC: nothing answers at %pa: left out\n", &phys);
		fixmap_clear(slot);
		return 0;
	}
	io->pins = (version >> 16 & 0xff) + 1;
	ioapic_count++;
	return io->pins;
}

unsigned ioapic_init(const struct madt_info *madt)
{
	unsigned pins = 0;

	irqs = madt->irq;
	for (unsigned i = 0; i < madt->ioapics; i++)
		pins += map_ioapic(&madt->ioapic[i], FIX_IOAPIC_FIRST + i);
	ioapic_mask_all();
	return pins;
}

void ioapic_mask_all(void)
{
	unsigned long flags;

	spin_lock_irqsave(&ioapic_lock, flags);
	for (unsigned i = 0; i < ioapic_count; i++)
		for (unsigned n = 0; n < ioapics[i].pins; n++) {
			ioapic_write(&ioapics[i], IOAPIC_ENTRY_LOW(n),
				     ENTRY_MASKED);
			ioapic_write(&ioapics[i], IOAPIC_ENTRY_HIGH(n), 0);
		}
	spin_unlock_irqrestore(&ioapic_lock, flags);
}

/* Finds the pin of an ISA line. 0, or what the callers return. */
static int find_pin(unsigned irq, const struct ioapic **io, unsigned *pin)
{
	if (irq >= ISA_IRQS || irq == ISA_CASCADE)
		return -EINVAL;
	for (unsigned i = 0; i < ioapic_count; i++) {
		/* A line below the first pin wraps to a large number. */
		*pin = irqs[irq].gsi - ioapics[i].gsi_base;
		*io = &ioapics[i];
		if (*pin < ioapics[i].pins)
			return 0;
	}
	return -ENODEV;
}

/* Routes a line to a CPU, masked. `message` is a vector or ENTRY_NMI. */
static int route(unsigned irq, uint32_t message, unsigned apic_id)
{
	const struct ioapic *io;
	unsigned long flags;
	unsigned pin;
	uint32_t low = ENTRY_MASKED | message;
	int ret = find_pin(irq, &io, &pin);

	if (!ret && apic_id >= APIC_ID_ALL)
		ret = -EINVAL;
	if (ret)
		return ret;
	if (irqs[irq].active_low)
		low |= ENTRY_ACTIVE_LOW;
	if (irqs[irq].level)
		low |= ENTRY_LEVEL;
	spin_lock_irqsave(&ioapic_lock, flags);
	ioapic_write(io, IOAPIC_ENTRY_LOW(pin), low);
	ioapic_write(io, IOAPIC_ENTRY_HIGH(pin), apic_id << 24);
	spin_unlock_irqrestore(&ioapic_lock, flags);
	return 0;
}

int ioapic_route_isa(unsigned irq, unsigned vector, unsigned apic_id)
{
	BUG_ON(vector < VECTOR_FIRST || vector >= VECTOR_SPURIOUS);
	return route(irq, vector, apic_id);
}

int ioapic_route_isa_nmi(unsigned irq, unsigned apic_id)
{
	return route(irq, ENTRY_NMI, apic_id);
}

/* Writes the mask bit of a line's entry, and what else was in the half. */
static int set_mask(unsigned irq, uint32_t mask)
{
	const struct ioapic *io;
	unsigned long flags;
	unsigned pin;
	int ret = find_pin(irq, &io, &pin);
	uint32_t low;

	if (ret)
		return ret;
	spin_lock_irqsave(&ioapic_lock, flags);
	low = ioapic_read(io, IOAPIC_ENTRY_LOW(pin));
	ioapic_write(io, IOAPIC_ENTRY_LOW(pin), (low & ~ENTRY_MASKED) | mask);
	spin_unlock_irqrestore(&ioapic_lock, flags);
	return 0;
}

int ioapic_mask(unsigned irq)
{
	return set_mask(irq, ENTRY_MASKED);
}

int ioapic_unmask(unsigned irq)
{
	return set_mask(irq, 0);
}
