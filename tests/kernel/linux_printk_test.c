/* SPDX-License-Identifier: MIT */
/* Formats, the log and strings as code for Linux uses them. See
 * kernel/linux.md. */
#define pr_fmt(fmt) "linux_printk: " fmt

#include <linux/bug.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "kernel/ktest.h"

static char buf[128];

KTEST(linux_printk, "%px prints a pointer as it is, %p with 0x")
{
	snprintf(buf, sizeof(buf), "%px", (void *)0xc0101234);
	EXPECT_STREQ(buf, "c0101234");
	snprintf(buf, sizeof(buf), "%px %p", NULL, (void *)0x10);
	EXPECT_STREQ(buf, "00000000 0x00000010");
}

KTEST(linux_printk, "%pe prints the name of an error pointer")
{
	snprintf(buf, sizeof(buf), "%pe", ERR_PTR(-ENOMEM));
	EXPECT_STREQ(buf, "-ENOMEM");
	snprintf(buf, sizeof(buf), "alloc: %pe!", ERR_PTR(-EOPNOTSUPP));
	EXPECT_STREQ(buf, "alloc: -EOPNOTSUPP!");
	snprintf(buf, sizeof(buf), "%pe", (void *)0xc0000000);
	EXPECT_STREQ(buf, "0xc0000000");
}

KTEST(linux_printk, "%*ph prints bytes, with C, D and N between them")
{
	static const u8 mac[] = {0x52, 0x54, 0x00, 0x12, 0x34, 0x56};

	snprintf(buf, sizeof(buf), "%*ph", (int)sizeof(mac), mac);
	EXPECT_STREQ(buf, "52 54 00 12 34 56");
	snprintf(buf, sizeof(buf), "%*phC", 6, mac);
	EXPECT_STREQ(buf, "52:54:00:12:34:56");
	snprintf(buf, sizeof(buf), "%6phD|%3phN", mac, mac);
	EXPECT_STREQ(buf, "52-54-00-12-34-56|525400");
}

KTEST(linux_printk, "%pa prints a phys_addr_t by reference, %pap the same")
{
	phys_addr_t addr = 0x123456000ULL;
	dma_addr_t dma = 0x1000;

	snprintf(buf, sizeof(buf), "%pa", &addr);
	EXPECT_STREQ(buf, "0x0123456000");
	snprintf(buf, sizeof(buf), "%pap %pad", &addr, &dma);
	EXPECT_STREQ(buf, "0x0123456000 0x0000001000");
}

KTEST(linux_printk, "%pS, %ps and %pB name functions")
{
	if (snprintf(buf, sizeof(buf), "%ps", kfree) && buf[0] == '0')
		return ktest_skip("this kernel was loaded without symbols");
	EXPECT_STREQ(buf, "kfree");
	snprintf(buf, sizeof(buf), "%pS", kfree);
	EXPECT(strstr(buf, "kfree+0x0/0x") == buf);
	snprintf(buf, sizeof(buf), "%pB", (char *)kfree + 5);
	EXPECT(strstr(buf, "kfree+0x4/0x") == buf);
}

KTEST(linux_printk, "%llu, %zu, %lu, %u and %hhx take the sizes of Linux")
{
	u64 a = 1ULL << 40;
	u32 b = 4000000000u;
	size_t c = 12;
	unsigned long d = 3;
	/* clang refuses such a literal for more than a byte. */
	const char *byte = "%hhx";

	snprintf(buf, sizeof(buf), "%llu %u %zu %lu %td", a, b, c, d,
		 buf - buf);
	EXPECT_STREQ(buf, "1099511627776 4000000000 12 3 0");
	/* cppcheck-suppress invalidPrintfArgType_uint */
	snprintf(buf, sizeof(buf), byte, 0x1ff);
	EXPECT_STREQ(buf, "ff");
	snprintf(buf, sizeof(buf), "%#llx|%08x|%-6d|%+d|%5.2s|", a, b, -3, 7,
		 "abc");
	EXPECT_STREQ(buf, "0x10000000000|ee6b2800|-3    |+7|   ab|");
}

KTEST(linux_printk, "scnprintf() returns what it wrote, snprintf() the need")
{
	char small[8];

	EXPECT_EQ(snprintf(small, sizeof(small), "%s", "0123456789"), 10);
	EXPECT_EQ(scnprintf(small, sizeof(small), "%s", "0123456789"), 7);
	EXPECT_STREQ(small, "0123456");
	EXPECT_EQ(scnprintf(small, 0, "x"), 0);
	EXPECT_EQ(scnprintf(small, sizeof(small), "%d", 12), 2);
	EXPECT_EQ(sprintf(buf, "%s-%d", "eth", 0), 5);
	EXPECT_STREQ(buf, "eth-0");
}

KTEST(linux_printk, "a buffer is filled piece by piece with scnprintf()")
{
	size_t len = 0;
	int i;

	for (i = 0; i < 100; i++)
		len += scnprintf(buf + len, sizeof(buf) - len, "%d,", i);
	EXPECT_EQ(len, sizeof(buf) - 1);
	EXPECT_EQ(strlen(buf), len);
	EXPECT(strstarts(buf, "0,1,2,"));
}

KTEST(linux_printk, "pr_info() puts pr_fmt() in front of the line")
{
	int with = pr_info("x\n");
	int without = printk(KERN_INFO "x\n");

	EXPECT_EQ(with - without, strlen("linux_printk: "));
	EXPECT_EQ(pr_debug("nobody sees this\n"), 0);
	EXPECT_EQ(no_printk("%d\n", 5), 0);
}

KTEST(linux_printk, "all levels of Linux print a line")
{
	EXPECT(pr_alert("alert\n") > 0 && pr_crit("crit\n") > 0);
	EXPECT(pr_err("err\n") > 0 && pr_warn("warn\n") > 0);
	EXPECT(pr_notice("notice %d\n", 5) > 0);
	EXPECT(printk(KERN_WARNING "with a level\n") > 0);
	EXPECT(printk("without\n") > 0);
}

static int say_once(void)
{
	return pr_warn_once("only the first time\n");
}

KTEST(linux_printk, "pr_warn_once() prints the first time")
{
	EXPECT(say_once());
	EXPECT(!say_once());
	EXPECT(!say_once());
}

static bool warn_once(int n)
{
	return WARN_ON_ONCE(n > 1);
}

KTEST(linux_printk, "WARN_ON(), WARN_ON_ONCE(), WARN() give the condition")
{
	EXPECT(!WARN_ON(false));
	EXPECT(!warn_once(1));
	EXPECT(warn_once(2) && warn_once(2));
	if (WARN(1 + 1 != 2, "arithmetic: %d\n", 1 + 1))
		return;
	EXPECT(WARN_ONCE(true, "a warning that is meant: %d\n", 5));
	EXPECT(!VM_WARN_ON(false));
}

KTEST(linux_printk, "BUG_ON() and BUG() stop")
{
	int n = 1;

	BUG_ON(n != 1);
	EXPECT_PANIC("n == 1", BUG_ON(n == 1));
	EXPECT_PANIC("must not be reached", BUG());
	VM_BUG_ON(n != 1);
	if (CHECK)
		EXPECT_PANIC("n == 1", VM_BUG_ON(n == 1));
}

KTEST(linux_printk, "strscpy(), strrchr(), memchr_inv() and strstarts()")
{
	char name[8];

	EXPECT_EQ(strscpy(name, "kswapd0", sizeof(name)), 7);
	EXPECT_EQ(strscpy(name, "kcompactd0", sizeof(name)), -E2BIG);
	EXPECT_STREQ(name, "kcompac");
	EXPECT_STREQ(strrchr("mm/highmem.c", '/'), "/highmem.c");
	EXPECT(!memchr_inv("aaaa", 'a', 4));
	EXPECT(strstarts("highmem", "high"));
	EXPECT_EQ(str_has_prefix("highmem", "high"), 4);
	memzero_explicit(name, sizeof(name));
	EXPECT(!memchr_inv(name, 0, sizeof(name)));
	EXPECT(memchr("abc", 'c', 3) != NULL && !memchr("abc", 'd', 3));
}

/* What surrounds most code: nothing of it may hinder. */
static int __init __maybe_unused sample_init(void)
{
	pr_info("loaded at %llu ns\n", ktime_get_ns());
	return 0;
}
static void __exit __maybe_unused sample_exit(void)
{
}
EXPORT_SYMBOL_GPL(sample_init);
MODULE_LICENSE("GPL");
MODULE_AUTHOR("nobody");
MODULE_DESCRIPTION("a sample");

KTEST(linux_printk, "__init, EXPORT_SYMBOL() and MODULE_LICENSE()")
{
	EXPECT_EQ(sample_init(), 0);
	sample_exit();
}
