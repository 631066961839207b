/* SPDX-License-Identifier: MIT */
/* The local APIC: each CPU's own interrupt controller, through which it gets
 * devices' interrupts, other CPUs' messages and the ticks of its timer.
 *
 *	if (lapic_setup()) {		// boot CPU, once
 *		acpi_madt_read(&rsdp, lapic_id(), &madt);
 *		lapic_apply_madt(&madt);	// boot CPU, once
 *		lapic_init();		// each CPU
 *		lapic_timer_calibrate(by);	// boot CPU, once
 *		lapic_timer_start(100, VECTOR_TIMER);	// each CPU
 *	}
 *
 * Every CPU sees its own registers at the same address. On a machine without
 * local APICs, lapic_present() is false, and only lapic_setup() may be called.
 *
 * Source: Intel SDM vol. 3, chapter 10. */
#ifndef ARCH_LAPIC_H
#define ARCH_LAPIC_H

#include "arch/counter.h"
#include "arch/fixmap.h"
#include "arch/madt.h"
#include "kernel/types.h"

/* Registers, by their offset (SDM table 10-1). */
#define LAPIC_ID	    0x020 /* in the top byte */
#define LAPIC_VERSION	    0x030
#define LAPIC_TPR	    0x080 /* priorities up to here are held back */
#define LAPIC_EOI	    0x0B0
#define LAPIC_SVR	    0x0F0 /* spurious vector, and the main switch */
#define LAPIC_IRR	    0x200 /* requests, 8 registers of 32 vectors */
#define LAPIC_ESR	    0x280
#define LAPIC_ICR_LOW	    0x300 /* writing it sends */
#define LAPIC_ICR_HIGH	    0x310 /* to whom, in the top byte */
#define LAPIC_LVT_TIMER	    0x320
#define LAPIC_LVT_THERMAL   0x330
#define LAPIC_LVT_COUNTERS  0x340
#define LAPIC_LVT_LINT0	    0x350
#define LAPIC_LVT_LINT1	    0x360
#define LAPIC_LVT_ERROR	    0x370
#define LAPIC_TIMER_INITIAL 0x380
#define LAPIC_TIMER_CURRENT 0x390
#define LAPIC_TIMER_DIVIDE  0x3E0

#define SVR_ENABLED  0x00000100u
#define LVT_MASKED   0x00010000u
#define LVT_PERIODIC 0x00020000u /* of the timer; else one shot */
#define ICR_FIXED    0x00000000u
#define ICR_NMI	     0x00000400u /* also delivers NMI in an LVT entry */
#define ICR_INIT     0x00000500u
#define ICR_STARTUP  0x00000600u
#define ICR_PENDING  0x00001000u /* read: not yet delivered */
#define ICR_ASSERT   0x00004000u

/* Reads a register of the running CPU's local APIC. After lapic_setup(). The
 * caller must not be moved to another CPU meanwhile. */
static inline uint32_t lapic_read(unsigned reg)
{
	return *(volatile uint32_t *)(fixmap_address(FIX_LAPIC) + reg);
}

static inline void lapic_write(unsigned reg, uint32_t value)
{
	*(volatile uint32_t *)(fixmap_address(FIX_LAPIC) + reg) = value;
}

/* Maps the registers, at the address that the CPU states, and enables them on
 * the running CPU, so that lapic_id() works. Returns lapic_present(): false on
 * a CPU without a local APIC, or with one that firmware has switched off. Once,
 * on the boot CPU. */
bool lapic_setup(void);

/* Stores the pins that carry NMI, for lapic_init(). A `madt` that has the
 * registers at another address is named in the log. Once, on the boot CPU. */
void lapic_apply_madt(const struct madt_info *madt);

/* Whether this machine's CPUs have local APICs, as lapic_setup() found. Any
 * context. */
bool lapic_present(void);

/* Brings the running CPU's local APIC to a known state: on, every priority
 * accepted, every local source except NMI masked, no error recorded. On each
 * CPU, with interrupts off. */
void lapic_init(void);

/* The APIC id of the running CPU, from the register that messages are compared
 * with. CPUID returns the id at reset, which firmware may have changed (SDM
 * 10.4.6). */
unsigned lapic_id(void);

/* Ends the interrupt being handled, so that others of its priority and below
 * can come: once in each handler, but not for VECTOR_SPURIOUS. One store. */
static inline void lapic_eoi(void)
{
	lapic_write(LAPIC_EOI, 0);
}

/* Messages to a CPU, named by its APIC id; it may be the running CPU. Each
 * function returns true if the message was sent; false, with nothing sent, if
 * the message before it is not delivered after a tenth of a second or more. An
 * id that no CPU has is no error. Any context, with interrupts on or off. An
 * NMI handler that sends a message must not return, because it may have
 * interrupted the code between the two stores of another message. */

/* Raises `vector`, VECTOR_FIRST or above. */
bool lapic_send_ipi(unsigned apic_id, unsigned vector);
bool lapic_send_nmi(unsigned apic_id);
/* Resets that CPU: it then waits for lapic_send_startup(). Panics if it is the
 * running CPU. False also when it was sent but did not arrive; so below. */
bool lapic_send_init(unsigned apic_id);
/* Starts a CPU that waits, in real mode, at the physical page `page`, which is
 * below 256. */
bool lapic_send_startup(unsigned apic_id, unsigned page);

/* Measures the timer by a counter for a millisecond, and stops it. If the
 * counter has stopped, lapic_timer_hz() stays 0. On the boot CPU; the timers of
 * all CPUs run at one rate. */
void lapic_timer_calibrate(const struct counter *by);

/* Counts per second; 0 before it is known. Any context. */
uint32_t lapic_timer_hz(void);

/* Makes the running CPU's timer raise `vector` `hz` times a second from now on,
 * in place of what it did before. Returns 0, or with nothing changed:
 *   -ENODEV  its rate is not known
 *   -EINVAL  `hz` is 0, or more than lapic_timer_hz() */
int lapic_timer_start(unsigned hz, unsigned vector);

/* The same for one interrupt, 1/hz seconds from now. */
int lapic_timer_start_once(unsigned hz, unsigned vector);

/* Stops the running CPU's timer. One tick may already be on its way. */
void lapic_timer_stop(void);

#endif
