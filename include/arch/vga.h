/* SPDX-License-Identifier: MIT */
/* The VGA text screen: a copy of the log for machines without a serial line.
 *
 *	vga_init(cells, 80, 25);        once there is a text screen
 *	vga_write("hello\n", 6);
 *	vga_move(other_address);        when its mapping moves
 *
 * A machine in a graphics mode has no text screen: vga_init() is not called
 * there, and the other functions do nothing. No function takes a lock:
 * printk.c, the only caller of vga_write(), keeps lines apart. */
#ifndef ARCH_VGA_H
#define ARCH_VGA_H

#include <stddef.h>
#include <stdint.h>

/* Where a PC's text screen lies, and its size after start-up. */
#define VGA_TEXT_PHYS 0xB8000
#define VGA_COLUMNS   80
#define VGA_ROWS      25

/* Cells of the largest screen that is driven: 80 columns by 50 rows. */
#define VGA_CELLS_MAX 4000

/* Attribute bytes: background in the high four bits, text in the low. */
enum vga_colour {
	VGA_GREY = 0x07,
	VGA_RED = 0x0C,
	VGA_YELLOW = 0x0E,
};

/* Takes over the text screen with its memory at `cells`, one 16-bit cell per
 * character, row by row; clears it, puts the cursor in the first cell. Returns
 * 0, or -EINVAL for a screen of no cells or over VGA_CELLS_MAX; then there is
 * no screen. Any context. */
int vga_init(volatile uint16_t *cells, unsigned columns, unsigned rows);

/* From now on the screen's memory is accessed at `cells`, another mapping of
 * it. Text and cursor stay as they are. Any context. */
void vga_move(volatile uint16_t *cells);

/* Writes `len` bytes at the cursor in the colour chosen last; scrolls at the
 * end of the screen. \n goes to the next line's start, \r to this line's, \t to
 * the next eighth column, \b one column back. Any other byte is shown in the
 * font of the screen (code page 437). Any context. */
void vga_write(const char *text, size_t len);

/* Sets the colour of the next vga_write(); grey after vga_init(). */
void vga_set_colour(enum vga_colour colour);

#endif
