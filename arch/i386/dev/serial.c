/* SPDX-License-Identifier: MIT */
/* The 16550 UART at COM1. Sending polls; input interrupts.
 *
 *	serial_write -> THR -> [ FIFO, 16 bytes ] -> shift register -> wire
 *	                       THRE: FIFO empty      TEMT: this empty too
 *
 * A byte is sent only when the UART has room for it. THRE says that the FIFO is
 * empty: 16 bytes may then be sent without another test. A UART older than the
 * 16550A has no FIFO, or a broken one, and takes one byte.
 *
 * Rules: no lock, no printing from here.
 *
 * Invariant: `room` is never more than what the FIFO takes without overrun.
 *
 * Limits: a UART that accepts no byte (flow control on the other side, an
 * emulator with a stopped reader) delays the kernel once, for PATIENCE_MS.
 * After that each byte has POLLS_STUCK polls, until one is sent.
 *
 * Sources: National Semiconductor PC16550D data sheet, chapter 8 (registers)
 * and 8.4 (FIFO); the order of the detection is that of Linux's 8250 driver.
 */
#include "arch/serial.h"

#include "arch/cpu.h"
#include "arch/io.h"
#include "arch/tsc.h"

#define COM1 0x3F8

/* Registers, as distances from the base. */
#define THR 0 /* written: byte to send */
#define RBR 0 /* read: byte received */
#define DLL 0 /* divisor, low byte, while LCR_DLAB is set */
#define IER 1 /* interrupt enable */
#define DLM 1 /* divisor, high byte, while LCR_DLAB is set */
#define IIR 2 /* read: what interrupted, and the state of the FIFOs */
#define FCR 2 /* written: FIFO control */
#define LCR 3 /* line control */
#define MCR 4 /* modem control */
#define LSR 5 /* line status */
#define MSR 6 /* modem status */
#define SCR 7 /* scratch: keeps what is written, does nothing */

#define LCR_8N1	 0x03
#define LCR_DLAB 0x80

#define FCR_ENABLE 0x01
#define FCR_CLEAR  0x06 /* both directions */

#define IIR_FIFO 0xC0 /* both bits: FIFOs present, on and working */

#define MCR_DTR	 0x01
#define MCR_RTS	 0x02
#define MCR_OUT2 0x08
#define MCR_LOOP 0x10

#define MSR_LINES 0xF0 /* DCD, RI, DSR, CTS */
#define MSR_CTS	  0x10
#define MSR_DCD	  0x80

#define IER_RECEIVED 0x01

#define LSR_DR	 0x01 /* a byte was received */
#define LSR_THRE 0x20
#define LSR_TEMT 0x40

/* 115200 baud: the clock of 1.8432 MHz over 16, undivided. */
#define DIVISOR 1

#define FIFO_SIZE 16

/* How long to wait for a UART that accepts no byte, before it counts as stuck.
 * A full FIFO is sent in 1.4 ms; the rest is for an emulator whose host is busy
 * or whose reader is slow. The wait is measured in time, because a poll takes
 * 50 ns in one emulator and 20 us in another. */
#define PATIENCE_MS 5000u

/* The rate that is assumed before the time-stamp counter was measured. No
 * counter is faster, so the wait is never too short; at 1 GHz it is 30 s. */
#define TSC_KHZ_MAX 6000000u

/* A wait has at least so many polls, because the time-stamp counter goes on
 * while the host has stopped the emulator. */
#define POLLS_MIN (1u << 16)

/* The same wait on a CPU without a time-stamp counter: some seconds in a fast
 * emulator, a minute on an ISA bus. */
#define POLLS_WITHOUT_TSC (1u << 26)

#define POLLS_STUCK 64u

static struct {
	bool present;
	bool stuck;	       /* the last wait for room was in vain */
	unsigned burst;	       /* bytes that an empty FIFO takes */
	unsigned room;	       /* bytes that it takes now, at least */
	unsigned long dropped; /* bytes that were never sent */
} com1;

/* Reads one of the registers above. */
static uint8_t read_register(unsigned reg)
{
	return inb((uint16_t)(COM1 + reg));
}

/* Writes one. */
static void write_register(unsigned reg, unsigned value)
{
	outb((uint8_t)value, (uint16_t)(COM1 + reg));
}

/* Whether one of the line status bits `bits` is set within `polls` looks. */
static bool poll(unsigned bits, unsigned polls)
{
	while (polls-- > 0)
		if (read_register(LSR) & bits)
			return true;
	return false;
}

/* PATIENCE_MS in counts of the time-stamp counter, at least. */
static uint64_t patience(void)
{
	uint32_t khz = tsc_khz();

	return (uint64_t)PATIENCE_MS * (khz ? khz : TSC_KHZ_MAX);
}

/* Whether one of `bits` is set before both time and polls have run out. */
static bool poll_patiently(unsigned bits)
{
	uint64_t began = rdtsc();

	do {
		if (poll(bits, POLLS_MIN))
			return true;
	} while (rdtsc() - began < patience());
	return false;
}

/* Waits until one of `bits` is set; only briefly if the UART is stuck. Returns
 * whether it was set. */
static bool wait_for(unsigned bits)
{
	if (com1.stuck)
		return poll(bits, POLLS_STUCK);
	if (!cpu_features.tsc)
		return poll(bits, POLLS_WITHOUT_TSC);
	return poll_patiently(bits);
}

/* Whether a UART answers at COM1. A missing one reads as ones, or, on an old
 * bus, as the last byte transferred; therefore a zero is written to another
 * port in between. */
static bool scratch_works(void)
{
	write_register(SCR, 0x5A);
	write_register(IER, 0);
	return read_register(SCR) == 0x5A;
}

/* Whether the modem outputs arrive at the modem inputs in loopback mode, which
 * connects them inside the chip: RTS with CTS and OUT2 with DCD. Takes no time
 * on the wire, and sends nothing to the other side. */
static bool loopback_works(void)
{
	uint8_t lines;

	write_register(MCR, MCR_LOOP | MCR_RTS | MCR_OUT2);
	lines = read_register(MSR) & MSR_LINES;
	write_register(MCR, 0);
	return lines == (MSR_CTS | MSR_DCD);
}

/* Sends one byte, or counts it as dropped. */
static void send(char c)
{
	if (com1.room == 0) {
		com1.stuck = !wait_for(LSR_THRE);
		if (com1.stuck) {
			com1.dropped++;
			return;
		}
		com1.room = com1.burst;
	}
	com1.room--;
	write_register(THR, (uint8_t)c);
}

bool serial_init(void)
{
	com1.present = false;
	com1.stuck = false;
	com1.room = 0;
	if (!scratch_works())
		return false;
	wait_for(LSR_TEMT); /* the loader's last bytes may still be sent */
	if (!loopback_works())
		return false;

	write_register(LCR, LCR_DLAB);
	write_register(DLL, DIVISOR & 0xFF);
	write_register(DLM, DIVISOR >> 8);
	write_register(LCR, LCR_8N1);
	write_register(IER, 0);
	write_register(FCR, FCR_ENABLE | FCR_CLEAR);
	write_register(MCR, MCR_DTR | MCR_RTS);
	com1.burst =
		(read_register(IIR) & IIR_FIFO) == IIR_FIFO ? FIFO_SIZE : 1;
	com1.present = true;
	return true;
}

bool serial_present(void)
{
	return com1.present;
}

void serial_write(const char *text, size_t len)
{
	if (!com1.present)
		return;
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n')
			send('\r');
		send(text[i]);
	}
}

bool serial_receive(char *c)
{
	if (!com1.present || !(read_register(LSR) & LSR_DR))
		return false;
	*c = (char)read_register(RBR);
	return true;
}

/* On a PC, OUT2 connects the chip to the interrupt line. */
void serial_interrupt_on_input(void)
{
	if (!com1.present)
		return;
	write_register(MCR, MCR_DTR | MCR_RTS | MCR_OUT2);
	write_register(IER, IER_RECEIVED);
}

void serial_set_loopback(bool on)
{
	if (com1.present)
		write_register(MCR, MCR_DTR | MCR_RTS | MCR_OUT2 |
					    (on ? MCR_LOOP : 0));
}

void serial_drain(void)
{
	if (com1.present)
		com1.stuck = !wait_for(LSR_TEMT);
}

unsigned long serial_dropped(void)
{
	return com1.dropped;
}
