/* SPDX-License-Identifier: MIT */
/* Serial input, by interrupts through the I/O APIC. The port is tied to itself
 * meanwhile, so nobody need type, and nothing may be printed.
 *
 * Notices: serial_line_masked, serial_ring_backwards, serial_wakes_one,
 * serial_ring_overrun. */
#include "kernel/ktest.h"

#include "arch/clock.h"
#include "arch/interrupts.h"
#include "arch/lapic.h"
#include "arch/serial.h"
#include "kernel/serial_input.h"
#include "crew.h"
#include "kernel/errno.h"
#include "kernel/timer.h"

/* A tick, and what an emulator's host may need to bring a byte. */
#define SOON (HZ / 2)

/* More than are kept for readers that do not come. */
#define MANY 300u

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

KTEST(serial_input, "a task that waits for a byte is woken by it")
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

KTEST(serial_input, "bytes that come at once wake as many readers")
{
	struct task *reader[2];
	int sum = 0;

	if (no_input())
		return;
	for (unsigned i = 0; i < 2; i++) {
		reader[i] = kthread_run(read_one, NULL, "reader/%u", i);
		while (READ_ONCE(reader[i]->runnable))
			yield();
	}
	/* On the CPU that is interrupted: one interrupt, two bytes. */
	set_cpus_allowed(current, cpumask_of(0));
	serial_drain();
	serial_set_loopback(true);
	local_irq_disable();
	serial_write("xy", 2);
	serial_drain();
	local_irq_enable();
	for (unsigned i = 0; i < 2; i++)
		EXPECT(EVENTUALLY(reader[i]->state == TASK_DEAD));
	serial_write("zz", 2);
	for (unsigned i = 0; i < 2; i++)
		sum += kthread_join(reader[i]);
	while (serial_getc_timeout(2) >= 0)
		;
	serial_set_loopback(false);
	EXPECT_EQ(sum, 'x' + 'y');
	set_cpus_allowed(current, CPUMASK_ALL);
}

KTEST(serial_input, "the first bytes are kept, and those beyond are counted")
{
	unsigned long before = serial_overruns();
	unsigned kept = 0, wrong = 0;
	int c;

	if (no_input())
		return;
	set_cpus_allowed(current, cpumask_of(0));
	serial_drain();
	serial_set_loopback(true);
	for (unsigned i = 0; i < MANY; i++) {
		char byte = (char)('!' + i % 63);

		serial_write(&byte, 1);
		serial_drain();
	}
	while ((c = serial_getc_timeout(2)) >= 0)
		wrong += c != '!' + (int)(kept++ % 63);
	serial_set_loopback(false);
	EXPECT_EQ(wrong, 0);
	EXPECT(kept > 0 && kept < MANY);
	EXPECT_EQ(serial_overruns() - before, MANY - kept);
	set_cpus_allowed(current, CPUMASK_ALL);
}
