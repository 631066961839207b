/* SPDX-License-Identifier: MIT */
/* sources: kernel/lib/errname.c kernel/lock/lock_check.c kernel/lock/spinlock.c arch/host/cpu.c */
/* kernel/log/printk.c, with kernel/lib/format.c below it. Both are included, so
 * that the host keeps its own vsnprintf(); the clock and the two consoles are
 * stand-ins that the tests set and read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define snprintf  loft_snprintf
#define vsnprintf loft_vsnprintf
#define sprintf	  loft_sprintf
#include "../../kernel/lib/format.c"
#include "../../kernel/lib/format_pointer.c"
#include "../../kernel/log/printk.c"
#undef snprintf
#undef vsnprintf
#undef sprintf

static struct {
	uint64_t ns;
	char wire[4096], screen[4096];
	bool unplugged;	       /* the wire loses what it is given */
	unsigned long dropped; /* and counts it here */
	enum vga_colour colour, seen[8];
	unsigned n_seen;     /* colours of the writes to the screen */
	void (*fault)(void); /* called once in the middle of a write */
	bool panicking;
} fake;

bool panicking(void)
{
	return fake.panicking;
}

void panic(const char *fmt, ...)
{
	fail_msg("panic: %s", fmt);
	abort();
}

uint64_t time_ns(void)
{
	return fake.ns;
}

void serial_write(const char *text, size_t len)
{
	void (*fault)(void) = fake.fault;

	if (fake.unplugged)
		fake.dropped += len;
	else
		strncat(fake.wire, text, len);
	fake.fault = NULL;
	if (fault)
		fault();
}

unsigned long serial_dropped(void)
{
	return fake.dropped;
}

void vga_write(const char *text, size_t len)
{
	strncat(fake.screen, text, len);
	if (fake.n_seen < ARRAY_SIZE(fake.seen))
		fake.seen[fake.n_seen++] = fake.colour;
}

void vga_set_colour(enum vga_colour colour)
{
	fake.colour = colour;
}

int symbol_format(char *buf, size_t size, unsigned long addr, bool offset)
{
	(void)offset;
	return snprintf(buf, size, "0x%08lx", addr);
}

static int level_at_boot;

/* Before each test: a log that has printed nothing. */
static int start_afresh(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof(fake));
	fake.ns = 1234999;
	console.mid_line = false;
	console.lost = 0;
	console_set_prefix(NULL);
	console_set_loglevel(7);
	return 0;
}

/* Both consoles hold `wanted`, and nothing else. */
static void expect_log(const char *wanted)
{
	assert_string_equal(fake.wire, wanted);
	assert_string_equal(fake.screen, wanted);
}

static void stamps_a_line(void **state)
{
	int n = printk("high memory: %d pages\n", 17);

	(void)state;
	expect_log("[    0.001234] high memory: 17 pages\n");
	assert_int_equal(n, strlen(fake.wire));
}

static void stamps_hours_and_days(void **state)
{
	(void)state;
	fake.ns = 86400ULL * 1000000000 + 5000;
	pr_info("a day\n");
	fake.ns = 86400000ULL * 1000000000;
	pr_info("a thousand\n");
	expect_log("[86400.000005] a day\n[86400000.000000] a thousand\n");
}

static void takes_the_level_off_the_text(void **state)
{
	(void)state;
	pr_emerg("a\n");
	pr_notice("b\n");
	printk("c\n");
	expect_log("[    0.001234] a\n[    0.001234] b\n[    0.001234] c\n");
}

static void leaves_debugging_out_by_default(void **state)
{
	(void)state;
	assert_int_equal(level_at_boot, 7);
	assert_int_equal(pr_debug("not this\n"), 0);
	expect_log("");
}

static void prints_levels_below_the_consoles(void **state)
{
	(void)state;
	assert_int_equal(console_set_loglevel(4), 7);
	pr_err("error\n");
	pr_warn("warning\n");
	printk("no level is info\n");
	assert_int_equal(console_set_loglevel(8), 4);
	pr_debug("debug\n");
	expect_log("[    0.001234] error\n[    0.001234] debug\n");
}

static void always_prints_emergencies(void **state)
{
	(void)state;
	console_set_loglevel(-3);
	pr_emerg("going down\n");
	assert_int_equal(console_set_loglevel(99), 1);
	assert_int_equal(console_set_loglevel(7), 8);
	expect_log("[    0.001234] going down\n");
}

static void puts_the_prefix_in_front(void **state)
{
	int n;

	(void)state;
	console_set_prefix("# ");
	n = pr_info("one\n");
	assert_int_equal(n, strlen("# [    0.001234] one\n"));
	console_set_prefix(NULL);
	pr_info("two\n");
	expect_log("# [    0.001234] one\n[    0.001234] two\n");
}

static void ends_a_line_that_has_no_newline(void **state)
{
	(void)state;
	assert_int_equal(printk("one"), strlen("[    0.001234] one\n"));
	printk("%s", "");
	printk("\n");
	expect_log("[    0.001234] one\n[    0.001234] \n[    0.001234] \n");
}

static void stamps_each_line_of_a_text(void **state)
{
	(void)state;
	console_set_prefix("# ");
	assert_int_equal(printk("one\n\ntwo"), 3 * 17 + 9);
	expect_log("# [    0.001234] one\n"
		   "# [    0.001234] \n"
		   "# [    0.001234] two\n");
}

static void prints_as_it_is_for_programs(void **state)
{
	(void)state;
	console_set_prefix("# ");
	console_set_loglevel(1);
	assert_int_equal(console_printf("ok %d - a", 1), 8);
	assert_int_equal(console_printf(": b\n"), 4);
	assert_int_equal(console_printf("%s", ""), 0);
	expect_log("ok 1 - a: b\n");
}

static void starts_at_the_left_edge(void **state)
{
	(void)state;
	console_printf("ok 1 - ");
	pr_info("in between\n");
	expect_log("ok 1 - \n[    0.001234] in between\n");
}

static void cuts_long_text_and_says_so(void **state)
{
	char text[700], wanted[800];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[511] = '\0';
	printk("%s", text);
	sprintf(wanted, "[    0.001234] %s\n", text);
	expect_log(wanted);

	start_afresh(NULL);
	text[511] = 'x';
	text[512] = '\0';
	printk("%s", text);
	sprintf(wanted, "[    0.001234] %.480s ...(+32 bytes)\n", text);
	expect_log(wanted);

	start_afresh(NULL);
	text[512] = 'x';
	text[699] = '\0';
	printk("%s\n", text);
	sprintf(wanted, "[    0.001234] %.480s ...(+220 bytes)\n", text);
	expect_log(wanted);

	start_afresh(NULL);
	console_printf("%s", text);
	sprintf(wanted, "%.480s ...(+219 bytes)\n", text);
	expect_log(wanted);
}

static void print_a_fault(void)
{
	fake.panicking = true;
	pr_emerg("page fault\n");
}

static void prints_a_fault_in_a_driver_on_its_own_line(void **state)
{
	(void)state;
	fake.fault = print_a_fault;
	console_printf("ok 1 - \n");
	assert_string_equal(fake.wire, "ok 1 - \n\n"
				       "[    0.001234] page fault\n");
	assert_string_equal(fake.screen, "\n[    0.001234] page fault\n"
					 "ok 1 - \n");
}

static void ends_a_line_that_was_left_open(void **state)
{
	(void)state;
	console_printf("half a ");
	fake.panicking = true;
	console_end_line();
	console_end_line();
	console_printf("PANIC: whole\n");
	assert_string_equal(fake.wire, "half a \nPANIC: whole\n");
}

static void tells_what_the_wire_lost(void **state)
{
	static const char stamped[] = "[    0.001234] ";

	(void)state;
	console_set_prefix("# ");
	fake.unplugged = true;
	pr_info("gone\n");
	pr_info("too\n");
	fake.unplugged = false;
	fake.dropped = 100;
	pr_info("back\n");
	pr_info("again\n");
	assert_string_equal(fake.wire, "# serial: 100 bytes were lost here\n"
				       "# [    0.001234] back\n"
				       "# [    0.001234] again\n");
	assert_non_null(strstr(fake.screen, stamped));
	assert_null(strstr(fake.screen, "lost"));
}

static void tells_each_loss_once(void **state)
{
	(void)state;
	fake.dropped = 5;
	pr_info("a\n");
	fake.dropped = 7;
	pr_info("b\n");
	pr_info("c\n");
	assert_string_equal(fake.wire, "serial: 5 bytes were lost here\n"
				       "[    0.001234] a\n"
				       "serial: 2 bytes were lost here\n"
				       "[    0.001234] b\n"
				       "[    0.001234] c\n");
}

static void colours_bad_news(void **state)
{
	static const struct {
		const char *fmt;
		enum vga_colour colour;
	} cases[] = {
		{KERN_EMERG "a\n", VGA_RED},	  {KERN_ERR "a\n", VGA_RED},
		{KERN_WARNING "a\n", VGA_YELLOW}, {KERN_NOTICE "a\n", VGA_GREY},
		{KERN_INFO "a\n", VGA_GREY},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		fake.n_seen = 0;
		fake.colour = VGA_GREY;
		printk(cases[i].fmt, 0);
		assert_int_equal(fake.n_seen, 2); /* stamp and text */
		assert_int_equal(fake.seen[0], cases[i].colour);
		assert_int_equal(fake.seen[1], cases[i].colour);
		assert_int_equal(fake.colour, VGA_GREY);
	}
}

#define TEST(name) cmocka_unit_test_setup(name, start_afresh)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(stamps_a_line),
		TEST(stamps_hours_and_days),
		TEST(takes_the_level_off_the_text),
		TEST(leaves_debugging_out_by_default),
		TEST(prints_levels_below_the_consoles),
		TEST(always_prints_emergencies),
		TEST(puts_the_prefix_in_front),
		TEST(ends_a_line_that_has_no_newline),
		TEST(stamps_each_line_of_a_text),
		TEST(prints_as_it_is_for_programs),
		TEST(starts_at_the_left_edge),
		TEST(cuts_long_text_and_says_so),
		TEST(prints_a_fault_in_a_driver_on_its_own_line),
		TEST(ends_a_line_that_was_left_open),
		TEST(tells_what_the_wire_lost),
		TEST(tells_each_loss_once),
		TEST(colours_bad_news),
	};

	level_at_boot = console.level;
	return cmocka_run_group_tests_name("printk", tests, NULL, NULL);
}
