/* SPDX-License-Identifier: MIT */
/* Names of code addresses, from the symbol table that the loader passed on.
 *
 * Notices: symbol_not_nearest, symbol_size_ignored. */
#include "kernel/ktest.h"

#include "arch/sections.h"
#include "boot/boot_init.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "kernel/symbols.h"

static void __noinline a_static_function(void)
{
	barrier();
}

/* Where there are no symbols there is nothing to ask. */
static bool no_symbols(void)
{
	if (boot_info.elf.count)
		return false;
	ktest_skip("the loader passed no symbols");
	return true;
}

static const char *name_of(uint32_t addr)
{
	static char text[SYMBOL_TEXT_MAX];

	snprintf(text, sizeof(text), "%ps", (void *)addr);
	return text;
}

KTEST(symbols, "a static function has its name, from first byte to last")
{
	uint32_t start = (uint32_t)a_static_function;
	char text[SYMBOL_TEXT_MAX];
	unsigned long size = 0;

	if (no_symbols())
		return;
	EXPECT_STREQ(name_of(start), "a_static_function");
	snprintf(text, sizeof(text), "%pS", (void *)start);
	EXPECT_EQ(strncmp(text, "a_static_function+0x0/0x", 24), 0);
	for (const char *c = text + 24; *c; c++)
		size = size * 16 +
		       (unsigned long)(*c <= '9' ? *c - '0' : *c - 'a' + 10);
	EXPECT(size > 0);
	EXPECT_STREQ(name_of(start + size - 1), "a_static_function");
	EXPECT(strcmp(name_of(start + size), "a_static_function") != 0);
}

KTEST(symbols, "labels of assembly code have names too")
{
	extern const char trap_stubs[], _start[];

	if (no_symbols())
		return;
	EXPECT_STREQ(name_of((uint32_t)trap_stubs), "trap_stubs");
	EXPECT_STREQ(name_of((uint32_t)_start), "_start");
}

KTEST(symbols, "an address outside of all code is printed as a number")
{
	EXPECT_STREQ(name_of(0), "0x00000000");
	EXPECT_STREQ(name_of(PAGE_OFFSET), "0xc0000000");
	EXPECT_STREQ(name_of(0xFFFFFFFF), "0xffffffff");
}
