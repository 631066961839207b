/* SPDX-License-Identifier: MIT */
/* The VGA text screen.
 *
 *	               columns
 *	       +---------------------+
 *	       | older lines         |     one cell:
 *	 rows  | ...                 |     15  12 11   8 7         0
 *	       | newest line_        |     | back | text | character |
 *	       +-------------^-------+
 *	                 row, column
 *
 * The memory of the screen is only written, never read. `shown` is a copy, and
 * scrolling writes the cells that change. Reading the screen would be slow on
 * hardware and slower under an emulator, where each access is emulated, and
 * would return garbage if no card answers.
 *
 * Rules: no lock, no printing from here.
 *
 * Invariants: row < rows. column <= columns; equal after the last cell of a
 * row was written, because a row is left only when the next character needs
 * it: a line of exactly `columns` characters takes one row, not two.
 *
 * Limits: one screen, VGA_CELLS_MAX cells, no escape sequences.
 *
 * Sources: IBM VGA technical reference, CRT controller registers 0x0C-0x0F.
 */
#include "arch/vga.h"

#include "arch/io.h"
#include "kernel/errno.h"

/* The CRT controller of a colour screen. */
#define CRTC_INDEX 0x3D4
#define CRTC_DATA  0x3D5

/* 16-bit registers, high byte first. In cells from the start of the memory. */
#define CRTC_START  0x0C
#define CRTC_CURSOR 0x0E

#define TAB_WIDTH 8

static struct {
	volatile uint16_t *cells; /* the screen's memory; NULL: no screen */
	unsigned columns, rows;
	unsigned column, row; /* where the next character goes */
	uint8_t attribute;    /* its colour */
	uint16_t shown[VGA_CELLS_MAX];
} screen;

/* What an empty cell holds. Always grey on black: red is for text. */
static const uint16_t blank = VGA_GREY << 8 | ' ';

/* Writes a cell, if it changes. */
static void set_cell(unsigned index, uint16_t cell)
{
	if (screen.shown[index] == cell)
		return;
	screen.shown[index] = cell;
	screen.cells[index] = cell;
}

/* Sets the 16-bit register whose high byte is `reg`. */
static void set_crtc(uint8_t reg, unsigned value)
{
	outb(reg, CRTC_INDEX);
	outb((uint8_t)(value >> 8), CRTC_DATA);
	outb(reg + 1, CRTC_INDEX);
	outb((uint8_t)value, CRTC_DATA);
}

/* Moves the visible cursor to the place of the next character. */
static void show_cursor(void)
{
	unsigned column = screen.column;

	if (column == screen.columns)
		column--;
	set_crtc(CRTC_CURSOR, screen.row * screen.columns + column);
}

/* Goes to the start of the next row; past the last, every row moves up. */
static void next_row(void)
{
	unsigned last = (screen.rows - 1) * screen.columns;

	screen.column = 0;
	if (screen.row + 1 < screen.rows) {
		screen.row++;
		return;
	}
	for (unsigned i = 0; i < last; i++)
		set_cell(i, screen.shown[i + screen.columns]);
	for (unsigned i = last; i < last + screen.columns; i++)
		set_cell(i, blank);
}

/* Shows one character where the cursor is. */
static void show(char c)
{
	if (screen.column == screen.columns)
		next_row();
	set_cell(screen.row * screen.columns + screen.column,
		 (uint16_t)(screen.attribute << 8 | (uint8_t)c));
	screen.column++;
}

/* Goes to the next tab stop, or to the end of the row. */
static void tab(void)
{
	screen.column = (screen.column / TAB_WIDTH + 1) * TAB_WIDTH;
	if (screen.column > screen.columns)
		screen.column = screen.columns;
}

/* Handles one byte of text. */
static void put_char(char c)
{
	switch (c) {
	case '\n':
		next_row();
		break;
	case '\r':
		screen.column = 0;
		break;
	case '\t':
		tab();
		break;
	case '\b':
		if (screen.column > 0)
			screen.column--;
		break;
	default:
		show(c);
	}
}

int vga_init(volatile uint16_t *cells, unsigned columns, unsigned rows)
{
	screen.cells = NULL;
	if (columns == 0 || rows == 0 || columns > VGA_CELLS_MAX / rows)
		return -EINVAL;

	screen.columns = columns;
	screen.rows = rows;
	screen.column = 0;
	screen.row = 0;
	screen.attribute = VGA_GREY;
	for (unsigned i = 0; i < columns * rows; i++) {
		screen.shown[i] = blank;
		cells[i] = blank;
	}
	screen.cells = cells;
	set_crtc(CRTC_START, 0);
	show_cursor();
	return 0;
}

void vga_move(volatile uint16_t *cells)
{
	if (screen.cells)
		screen.cells = cells;
}

void vga_write(const char *text, size_t len)
{
	if (!screen.cells)
		return;
	for (size_t i = 0; i < len; i++)
		put_char(text[i]);
	show_cursor();
}

void vga_set_colour(enum vga_colour colour)
{
	screen.attribute = (uint8_t)colour;
}
