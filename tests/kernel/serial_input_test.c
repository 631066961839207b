/* SPDX-License-Identifier: MIT */
/* Serial input, by interrupts through the I/O APIC. The port is tied to itself
 * meanwhile, so nobody need type, and nothing may be printed.
 *
 * Notices: serial_line_masked, serial_ring_backwards. */
#include "kernel/ktest.h"

#include "arch/clock.h"
#include "arch/interrupts.h"
#include "arch/lapic.h"
#include "arch/serial.h"
#include "arch/serial_input.h"
#include "kernel/errno.h"
#include "kernel/kthread.h"
#include "kernel/timer.h"

/* A tick, and what an emulator's host may need to bring a byte. */
#define SOON (HZ / 2)

static bool no_input(void)
{
	bool none = !serial_present() || !lapic_present() ||
		    !madt_info.ioapics || !clock_ticks();

	if (none)
		ktest_skip("no port, no I/O APIC, or no clock");
	return none;
}

/* Has `len` bytes come in as if somebody had typed them, and takes up to `most`
 * into `got`; returns how many came. */
static unsigned type(const char *text, size_t len, char *got, unsigned most)
{
	unsigned n = 0;
	int c = 0;

	serial_drain();
	serial_set_loopback(true);
	serial_write(text, len);
	while (n < most && (c = serial_getc_timeout(SOON)) >= 0)
		got[n++] = (char)c;
	serial_drain();
	serial_set_loopback(false);
	return n;
}

KTEST(serial_input, "what is typed comes in, in its order")
{
	char got[12] = "";

	if (no_input())
		return;
	EXPECT_EQ(type("kmap_local", 10, got, 10), 10);
	EXPECT_STREQ(got, "kmap_local");
	EXPECT_EQ(serial_getc_timeout(0), -ETIMEDOUT);
	EXPECT_EQ(serial_getc_timeout(1), -ETIMEDOUT);
}

static int read_one(void *unused)
{
	(void)unused;
	return serial_getc();
}

KTEST(serial_input, "who waits for a byte is woken by it")
{
	struct task *reader;

	if (no_input())
		return;
	reader = kthread_run(read_one, NULL, "reader");
	while (READ_ONCE(reader->runnable))
		yield();
	serial_drain();
	serial_set_loopback(true);
	serial_write("x", 1);
	EXPECT_EQ(kthread_join(reader), 'x');
	serial_set_loopback(false);
}
