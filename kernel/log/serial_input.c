/* SPDX-License-Identifier: MIT */
/* Serial input: from the interrupt to the task that waits.
 *
 *	wire ──> UART ── IRQ 4 ──> I/O APIC ──> boot CPU ──> ring ──> reader
 *
 * Locking: input.lock protects the ring; the handler takes it, too. */
#include "kernel/serial_input.h"

#include "arch/ioapic.h"
#include "arch/irq.h"
#include "arch/lapic.h"
#include "arch/serial.h"
#include "arch/vectors.h"
#include "kernel/errno.h"
#include "kernel/sched.h"
#include "kernel/timer.h"
#include "kernel/wait.h"

#define RING_SIZE 256u

static struct {
	spinlock_t lock;
	unsigned first, count;
	unsigned long overruns;
	char ring[RING_SIZE];
} input = {.lock = SPINLOCK_INIT("serial input", RANK_SERIAL)};

static DEFINE_WAIT_QUEUE(readers);

/* Puts a byte into the ring, or counts it as lost. */
static void put_char(char c)
{
	spin_lock(&input.lock);
	if (input.count == RING_SIZE)
		input.overruns++;
	else
		input.ring[(input.first + input.count++) % RING_SIZE] = c;
	spin_unlock(&input.lock);
}

static void serve_serial(struct trap_frame *frame)
{
	unsigned received = 0;
	char c;

	(void)frame;
	for (; serial_receive(&c); received++)
		put_char(c);
	wake_up_nr(&readers, received);
}

/* Takes the oldest byte; -EAGAIN if there is none. */
static int take_char(void)
{
	unsigned long flags;
	int c = -EAGAIN;

	spin_lock_irqsave(&input.lock, flags);
	if (input.count) {
		c = (unsigned char)input.ring[input.first];
		input.first = (input.first + 1) % RING_SIZE;
		input.count--;
	}
	spin_unlock_irqrestore(&input.lock, flags);
	return c;
}

int serial_getc(void)
{
	int c;

	wait_event_exclusive(readers, (c = take_char()) >= 0);
	return c;
}

int serial_getc_timeout(unsigned long ticks)
{
	int c = -EAGAIN;
	bool came = wait_event_timeout(readers, (c = take_char()) >= 0, ticks);

	return came ? c : -ETIMEDOUT;
}

unsigned long serial_overruns(void)
{
	return input.overruns;
}

void serial_input_init(void)
{
	unsigned vector = VECTOR_IRQ_BASE + IRQ_COM1;

	if (!serial_present() || !lapic_present() ||
	    ioapic_route_isa(IRQ_COM1, vector, lapic_id()))
		return;
	interrupt_set_handler(vector, serve_serial);
	/* The pin is unmasked first. It delivers edges only, and a byte that
	 * was typed before would make the only edge while the pin is masked. */
	ioapic_unmask(IRQ_COM1);
	serial_interrupt_on_input();
}
