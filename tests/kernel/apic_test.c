/* SPDX-License-Identifier: MIT */
/* The interrupt controllers: their registers hold what the drivers promise, and
 * a message to this CPU arrives. Pins are looked at past the driver, through
 * the fixmap; whatever a test changes it puts back, with interrupts off in
 * between, since the kernel may be using it.
 *
 * Notices: timer_once_is_periodic, pic_left_open, lapic_lint0_open,
 * lapic_nmi_masked, lapic_switched_off, ipi_to_the_last_one, init_to_itself,
 * boot_apic_id_wrong, startup_without_page, timer_one_shot, timer_left_running,
 * timer_rate_wrong, ioapic_left_open, ioapic_route_open,
 * ioapic_override_ignored, ioapic_trigger_ignored, ioapic_destination_lost,
 * ioapic_unmask_forgets. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/interrupts.h"
#include "arch/io.h"
#include "arch/ioapic.h"
#include "arch/lapic.h"
#include "arch/nmi.h"
#include "arch/tsc.h"
#include "arch/vectors.h"
#include "kernel/errno.h"
#include "kernel/sched.h"

#define PIC_MASTER_MASK 0x21
#define PIC_SLAVE_MASK	0xA1

/* An id that QEMU and Bochs give to no CPU of machines this small. */
#define NOBODY 0xFEu

#define COM1_IRQ 4

static bool no_lapic(void)
{
	if (!lapic_present())
		ktest_skip("no local APIC on this CPU");
	return !lapic_present();
}

static bool no_ioapic(void)
{
	if (!madt_info.ioapics)
		ktest_skip("no I/O APIC on this machine");
	return !madt_info.ioapics;
}

static uint32_t interrupts_off(void)
{
	uint32_t flags = read_eflags();

	__asm__ volatile("cli" ::: "memory");
	return flags;
}

KTEST(apic, "every line of the 8259s is masked")
{
	EXPECT_EQ(inb(PIC_MASTER_MASK), 0xFF);
	EXPECT_EQ(inb(PIC_SLAVE_MASK), 0xFF);
}

KTEST(apic, "the boot CPU heads the list, and is alone without local APICs")
{
	EXPECT(madt_info.cpus >= 1 && madt_info.cpus <= NR_CPUS);
	set_cpus_allowed(current, cpumask_of(0));
	if (lapic_present()) {
		EXPECT_EQ(madt_info.apic_id[0], lapic_read(LAPIC_ID) >> 24);
		EXPECT_EQ(cpu_apic_id(0), lapic_read(LAPIC_ID) >> 24);
	}
	set_cpus_allowed(current, CPUMASK_ALL);
	if (lapic_present())
		return;
	EXPECT_EQ(madt_info.cpus, 1);
	EXPECT_EQ(madt_info.ioapics, 0);
}

/* ---- The local APIC ------------------------------------------------------ */

KTEST(apic, "the local APIC is on, and holds nothing back")
{
	if (no_lapic())
		return;
	EXPECT_EQ(lapic_read(LAPIC_SVR) & 0x1FF, SVR_ENABLED | VECTOR_SPURIOUS);
	EXPECT_EQ(lapic_read(LAPIC_TPR), 0);
}

KTEST(apic, "of its two pins only the one that carries NMI is open")
{
	if (no_lapic())
		return;
	EXPECT_EQ(lapic_read(LAPIC_LVT_LINT0) & (LVT_MASKED | ICR_INIT),
		  madt_info.nmi_pins & 1 ? ICR_NMI : LVT_MASKED);
	EXPECT_EQ(lapic_read(LAPIC_LVT_LINT1) & (LVT_MASKED | ICR_INIT),
		  madt_info.nmi_pins & 2 ? ICR_NMI : LVT_MASKED);
}

KTEST(apic, "a message to this CPU arrives")
{
	const unsigned reg = LAPIC_IRR + VECTOR_RESCHEDULE / 32 * 16;
	uint32_t flags, requested = 0;

	if (no_lapic())
		return;
	flags = interrupts_off();
	EXPECT(lapic_send_ipi(lapic_id(), VECTOR_RESCHEDULE));
	for (unsigned i = 0; i < 1000000 && !requested; i++)
		requested = lapic_read(reg) & 1u << VECTOR_RESCHEDULE % 32;
	write_eflags(flags);
	EXPECT(requested);
}

/* Sees what was sent last: the two halves of the command register. */
static void expect_sent(bool sent, uint32_t high, uint32_t low)
{
	EXPECT(sent);
	EXPECT_EQ(lapic_read(LAPIC_ICR_HIGH) & 0xFF000000, high);
	EXPECT_EQ(lapic_read(LAPIC_ICR_LOW) & 0x000CCFFF, low);
}

KTEST(apic, "each kind of message says what, and to whom")
{
	uint32_t flags;

	if (no_lapic())
		return;
	flags = interrupts_off();
	expect_sent(lapic_send_ipi(NOBODY, VECTOR_TLB), NOBODY << 24,
		    ICR_ASSERT | VECTOR_TLB);
	expect_sent(lapic_send_nmi(NOBODY - 1), (NOBODY - 1) << 24,
		    ICR_ASSERT | ICR_NMI);
	expect_sent(lapic_send_init(NOBODY), NOBODY << 24,
		    ICR_ASSERT | ICR_INIT);
	expect_sent(lapic_send_startup(NOBODY, 0x9F), NOBODY << 24,
		    ICR_ASSERT | ICR_STARTUP | 0x9F);
	write_eflags(flags);
}

KTEST(apic, "a message that cannot be is a caught bug")
{
	if (no_lapic())
		return;
	EXPECT_PANIC("this must not be", lapic_send_ipi(NOBODY, 0x1F));
	EXPECT_PANIC("this must not be", lapic_send_ipi(NOBODY, 0x100));
	EXPECT_PANIC("this must not be", lapic_send_nmi(APIC_ID_ALL));
	EXPECT_PANIC("this must not be", lapic_send_startup(NOBODY, 256));
	EXPECT_PANIC("this must not be", lapic_send_init(lapic_id()));
}

/* ---- Its timer ----------------------------------------------------------- */

static const uint16_t timer_register[] = {LAPIC_TIMER_DIVIDE, LAPIC_LVT_TIMER,
					  LAPIC_TIMER_INITIAL};

struct timer_state {
	uint32_t flags, value[ARRAY_SIZE(timer_register)];
};

static struct timer_state timer_save(void)
{
	struct timer_state state = {.flags = interrupts_off()};

	for (unsigned i = 0; i < ARRAY_SIZE(timer_register); i++)
		state.value[i] = lapic_read(timer_register[i]);
	return state;
}

static void timer_restore(const struct timer_state *state)
{
	for (unsigned i = 0; i < ARRAY_SIZE(timer_register); i++)
		lapic_write(timer_register[i], state->value[i]);
	write_eflags(state->flags);
}

static bool no_timer(void)
{
	if (!lapic_present() || !lapic_timer_hz() || !tsc_khz()) {
		ktest_skip("no timer whose rate is known");
		return true;
	}
	return false;
}

KTEST(apic, "the timer counts down, and then stands still")
{
	struct timer_state state;
	uint32_t first, last;

	if (no_lapic())
		return;
	state = timer_save();
	lapic_write(LAPIC_LVT_TIMER, LVT_MASKED);
	lapic_write(LAPIC_TIMER_INITIAL, 0xFFFFFFFF);
	first = last = lapic_read(LAPIC_TIMER_CURRENT);
	for (unsigned i = 0; i < 1000000 && last == first; i++)
		last = lapic_read(LAPIC_TIMER_CURRENT);
	EXPECT(last < first);
	lapic_timer_stop();
	EXPECT_EQ(lapic_read(LAPIC_TIMER_CURRENT), 0);
	EXPECT(lapic_read(LAPIC_LVT_TIMER) & LVT_MASKED);
	timer_restore(&state);
}

KTEST(apic, "a timer that was started once is not periodic")
{
	struct timer_state state;

	if (no_timer())
		return;
	state = timer_save();
	EXPECT_EQ(lapic_timer_start_once(100, VECTOR_TIMER), 0);
	EXPECT_EQ(lapic_read(LAPIC_LVT_TIMER) & ~ICR_PENDING, VECTOR_TIMER);
	EXPECT_EQ(lapic_read(LAPIC_TIMER_INITIAL), lapic_timer_hz() / 100);
	EXPECT_EQ(lapic_timer_start_once(0, VECTOR_TIMER), -EINVAL);
	timer_restore(&state);
}

KTEST(apic, "a timer that was started is periodic, with its vector and rate")
{
	struct timer_state state;

	if (no_timer())
		return;
	state = timer_save();
	EXPECT_EQ(lapic_timer_start(100, VECTOR_TIMER), 0);
	EXPECT_EQ(lapic_read(LAPIC_LVT_TIMER) & ~ICR_PENDING,
		  LVT_PERIODIC | VECTOR_TIMER);
	EXPECT_EQ(lapic_read(LAPIC_TIMER_INITIAL), lapic_timer_hz() / 100);
	EXPECT_EQ(lapic_timer_start(0, VECTOR_TIMER), -EINVAL);
	EXPECT_EQ(lapic_timer_start(lapic_timer_hz() + 1, VECTOR_TIMER),
		  -EINVAL);
	EXPECT_EQ(lapic_read(LAPIC_TIMER_INITIAL), lapic_timer_hz() / 100);
	timer_restore(&state);
}

/* How many counts of the clock the timer takes for a millisecond of its own,
 * or a second if it does not end. */
static uint64_t timer_millisecond(void)
{
	uint64_t start = rdtsc(), took = 0;
	bool running = true;

	lapic_write(LAPIC_TIMER_INITIAL, lapic_timer_hz() / 1000);
	while (running && took < (uint64_t)tsc_khz() * 1000) {
		running = lapic_read(LAPIC_TIMER_CURRENT);
		took = rdtsc() - start;
	}
	return took;
}

/* Wide bounds: this is about units and dividers, not about precision. A busy
 * host makes single tries longer, never shorter. */
KTEST(apic, "the timer takes about as long as its rate says")
{
	struct timer_state state;
	uint64_t took = ~(uint64_t)0;

	if (no_timer())
		return;
	state = timer_save();
	lapic_timer_start(1, VECTOR_TIMER);
	lapic_write(LAPIC_LVT_TIMER, LVT_MASKED);
	for (unsigned i = 0; i < 50 && took > 2 * (uint64_t)tsc_khz(); i++)
		took = min(took, timer_millisecond());
	timer_restore(&state);
	EXPECT(took > tsc_khz() / 2);
	EXPECT(took <= 2 * (uint64_t)tsc_khz());
}

/* ---- I/O APICs ----------------------------------------------------------- */

/* The first one's registers, of which the driver knows nothing here. */
static uint32_t *io_register(unsigned reg)
{
	uint32_t *window =
		(uint32_t *)(fixmap_address(FIX_IOAPIC_FIRST) +
			     (madt_info.ioapic[0].phys & (PAGE_SIZE - 1)));

	WRITE_ONCE(window[0], reg);
	return &window[4];
}

static uint32_t io_read(unsigned reg)
{
	return READ_ONCE(*io_register(reg));
}

static void io_write(unsigned reg, uint32_t value)
{
	WRITE_ONCE(*io_register(reg), value);
}

#define PINS_MAX 240
static uint32_t saved_low[PINS_MAX], saved_high[PINS_MAX];

static unsigned io_pins(void)
{
	return min((io_read(1) >> 16 & 0xff) + 1, (uint32_t)PINS_MAX);
}

/* Keeps all entries and masks them, interrupts off; returns the flags. */
static uint32_t io_save(void)
{
	uint32_t flags = interrupts_off();

	for (unsigned n = 0; n < io_pins(); n++) {
		saved_low[n] = io_read(0x10 + 2 * n);
		saved_high[n] = io_read(0x11 + 2 * n);
		io_write(0x10 + 2 * n, 0x10000);
	}
	return flags;
}

static void io_restore(uint32_t flags)
{
	for (unsigned n = 0; n < io_pins(); n++) {
		io_write(0x11 + 2 * n, saved_high[n]);
		io_write(0x10 + 2 * n, saved_low[n]);
	}
	write_eflags(flags);
}

/* The driver's own mask, and what firmware or a test left there. */
KTEST(apic, "masking all leaves no pin open")
{
	uint32_t flags;
	unsigned open = 0;

	if (no_ioapic())
		return;
	flags = io_save();
	for (unsigned n = 0; n < io_pins(); n++) {
		io_write(0x11 + 2 * n, NOBODY << 24);
		io_write(0x10 + 2 * n, VECTOR_IRQ_BASE);
	}
	ioapic_mask_all();
	for (unsigned n = 0; n < io_pins(); n++)
		open += io_read(0x10 + 2 * n) != 0x10000 ||
			io_read(0x11 + 2 * n) != 0;
	io_restore(flags);
	EXPECT_EQ(open, 0);
}

/* Whether an entry leads to the handler of an ISA line, or is the alarm's. */
static bool is_routed(uint32_t low, unsigned pin)
{
	unsigned vector = low & 0xff;

	if ((low & 0x700) == ICR_NMI)
		return nmi_alarm_is_on() &&
		       pin == madt_info.irq[IRQ_PIT].gsi -
				       madt_info.ioapic[0].gsi_base;
	return vector >= VECTOR_IRQ_BASE && vector < VECTOR_IRQ_BASE + ISA_IRQS;
}

KTEST(apic, "no pin is open that no one has routed")
{
	unsigned strange = 0;

	if (no_ioapic())
		return;
	for (unsigned n = 0; n < io_pins(); n++) {
		uint32_t low = io_read(0x10 + 2 * n);

		strange += !(low & 0x10000) && !is_routed(low, n);
	}
	EXPECT_EQ(strange, 0);
}

/* Routes a line whose pin and manners the table gives, and sees the entry,
 * without the bits that the chip writes. */
static void expect_route(const struct madt_irq *as, uint32_t manners)
{
	const struct madt_irq real = madt_info.irq[COM1_IRQ];
	unsigned pin = as->gsi - madt_info.ioapic[0].gsi_base;
	uint32_t flags = io_save(), low, high, open, closed;
	int ret;

	madt_info.irq[COM1_IRQ] = *as;
	ret = ioapic_route_isa(COM1_IRQ, VECTOR_IRQ_BASE + COM1_IRQ, 0xAB);
	low = io_read(0x10 + 2 * pin);
	high = io_read(0x11 + 2 * pin);
	/* To a CPU that is not there: the line may be asking right now. */
	ret |= ioapic_unmask(COM1_IRQ);
	open = io_read(0x10 + 2 * pin);
	ret |= ioapic_mask(COM1_IRQ);
	closed = io_read(0x10 + 2 * pin);
	madt_info.irq[COM1_IRQ] = real;
	io_restore(flags);

	EXPECT_EQ(ret, 0);
	EXPECT_EQ(low & 0x1AFFF,
		  0x10000 | manners | (VECTOR_IRQ_BASE + COM1_IRQ));
	EXPECT_EQ(open & 0x1AFFF, manners | (VECTOR_IRQ_BASE + COM1_IRQ));
	EXPECT_EQ(closed & 0x1AFFF,
		  0x10000 | manners | (VECTOR_IRQ_BASE + COM1_IRQ));
	EXPECT_EQ(high, 0xAB000000);
}

KTEST(apic, "a route is written to the pin and in the manner of the table")
{
	uint32_t base = madt_info.ioapic[0].gsi_base;

	if (no_ioapic())
		return;
	expect_route(&(struct madt_irq){base + 4, false, false}, 0);
	expect_route(&(struct madt_irq){base + 11, true, false}, 0x2000);
	expect_route(&(struct madt_irq){base + 11, false, true}, 0x8000);
	expect_route(&(struct madt_irq){base + io_pins() - 1, true, true},
		     0xA000);
}

KTEST(apic, "lines that end nowhere are refused")
{
	const struct madt_irq real = madt_info.irq[COM1_IRQ];
	uint32_t flags;

	if (no_ioapic())
		return;
	EXPECT_EQ(ioapic_route_isa(2, VECTOR_IRQ_BASE, 0), -EINVAL);
	EXPECT_EQ(ioapic_route_isa(16, VECTOR_IRQ_BASE, 0), -EINVAL);
	EXPECT_EQ(ioapic_route_isa(COM1_IRQ, VECTOR_IRQ_BASE, APIC_ID_ALL),
		  -EINVAL);
	EXPECT_EQ(ioapic_unmask(2), -EINVAL);
	flags = interrupts_off();
	madt_info.irq[COM1_IRQ].gsi = 0xFFFFFFFF;
	EXPECT_EQ(ioapic_route_isa(COM1_IRQ, VECTOR_IRQ_BASE, 0), -ENODEV);
	EXPECT_EQ(ioapic_mask(COM1_IRQ), -ENODEV);
	madt_info.irq[COM1_IRQ] = real;
	write_eflags(flags);
	EXPECT_PANIC("this must not be", ioapic_route_isa(COM1_IRQ, 0x1F, 0));
}
