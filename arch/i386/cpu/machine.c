/* SPDX-License-Identifier: MIT */
/* Ends the machine: QEMU by its isa-debug-exit device, Bochs by a word written
 * to its shutdown port. A real PC has neither, and writes to these ports do
 * nothing there. */
#include "arch/machine.h"

#include "arch/io.h"
#include "arch/nmi.h"
#include "arch/serial.h"

#define QEMU_DEBUG_EXIT 0xF4
#define BOCHS_SHUTDOWN	0x8900

void machine_exit(enum exit_code code)
{
	nmi_alarm_stop();
	serial_drain();
	outl(code, QEMU_DEBUG_EXIT);
	for (const char *c = "Shutdown"; *c; c++)
		outb((uint8_t)*c, BOCHS_SHUTDOWN);
	for (;;)
		__asm__ volatile("cli; hlt");
}
