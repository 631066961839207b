/* SPDX-License-Identifier: MIT */
/* The 8259s (the old interrupt controllers): initialised and masked.
 *
 *   devices ── 8 lines ──> slave ──> line 2 ┐
 *   devices ── 7 lines ───────────────────> master ──> CPU, with a vector
 *
 * Firmware has the master's lines at vectors 8 to 15, where a timer tick looks
 * like a double fault. A masked 8259 can still deliver a spurious line 7, so
 * masking alone is not enough.
 *
 * Source: Intel 8259A data sheet, "Initialization Command Words". */
#include "arch/pic.h"

#include "arch/io.h"
#include "arch/vectors.h"

#define PIC_MASTER 0x20
#define PIC_SLAVE  0xA0
#define PIC_DATA   1 /* behind either */

#define ICW1	     0x11 /* edge-triggered, cascaded, ICW4 follows */
#define ICW3_MASTER  0x04 /* the slave is on line 2 */
#define ICW3_SLAVE   0x02
#define ICW4	     0x01 /* 8086 mode, normal end of interrupt */
#define MASK_ALL     0xFF
#define SLAVE_OFFSET 8

/* A port without a device. A write to it takes about the microsecond that an
 * old 8259 needs between two commands. */
#define DELAY_PORT 0x80

static void pic_write(uint8_t value, uint16_t port)
{
	outb(value, port);
	outb(0, DELAY_PORT);
}

static void init_one(uint16_t port, uint8_t vector, uint8_t icw3)
{
	pic_write(ICW1, port);
	pic_write(vector, port + PIC_DATA);
	pic_write(icw3, port + PIC_DATA);
	pic_write(ICW4, port + PIC_DATA);
	pic_write(MASK_ALL, port + PIC_DATA);
}

void pic_init(void)
{
	init_one(PIC_MASTER, VECTOR_PIC_BASE, ICW3_MASTER);
	init_one(PIC_SLAVE, VECTOR_PIC_BASE + SLAVE_OFFSET, ICW3_SLAVE);
}
