/* SPDX-License-Identifier: MIT */
/* Atomic words, counts of users and bits as code for Linux uses them. See
 * kernel/linux.md.
 *
 * Notices: test_and_set_bit_forgets, dec_if_positive_goes_below,
 * refcount_revives, atomic64_torn. */
#include <linux/atomic.h>
#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <asm/processor.h>
#include <linux/refcount.h>

#include "crew.h"
#include "kernel/ktest.h"

static struct crew crew;

KTEST(linux_atomic, "atomic_t: read, set, add, sub, inc, dec")
{
	atomic_t v = ATOMIC_INIT(5);

	atomic_inc(&v);
	atomic_add(10, &v);
	atomic_sub(3, &v);
	atomic_dec(&v);
	EXPECT_EQ(atomic_read(&v), 12);
	atomic_set(&v, -1);
	EXPECT_EQ(atomic_read(&v), -1);
	EXPECT_EQ(atomic_read_acquire(&v), -1);
	atomic_set_release(&v, 4);
	EXPECT_EQ(atomic_read(&v), 4);
}

KTEST(linux_atomic, "the _return forms give the new value, fetch_ the old")
{
	atomic_t v = ATOMIC_INIT(10);

	EXPECT_EQ(atomic_add_return(5, &v), 15);
	EXPECT_EQ(atomic_sub_return(1, &v), 14);
	EXPECT_EQ(atomic_inc_return(&v), 15);
	EXPECT_EQ(atomic_dec_return(&v), 14);
	EXPECT_EQ(atomic_fetch_add(6, &v), 14);
	EXPECT_EQ(atomic_fetch_sub(5, &v), 20);
	EXPECT_EQ(atomic_fetch_inc(&v), 15);
	EXPECT_EQ(atomic_fetch_dec(&v), 16);
	EXPECT_EQ(atomic_read(&v), 15);
}

KTEST(linux_atomic, "the _test forms tell zero, and negative")
{
	atomic_t v = ATOMIC_INIT(1);

	EXPECT(atomic_dec_and_test(&v));
	EXPECT(!atomic_dec_and_test(&v));
	EXPECT(atomic_inc_and_test(&v));
	atomic_set(&v, 7);
	EXPECT(atomic_sub_and_test(7, &v));
	EXPECT(atomic_add_negative(-1, &v));
	EXPECT(!atomic_add_negative(1, &v));
}

KTEST(linux_atomic, "atomic_or() and its kin change bits")
{
	atomic_t v = ATOMIC_INIT(0x0f);

	atomic_or(0xf0, &v);
	atomic_and(0x3c, &v);
	atomic_xor(0x04, &v);
	atomic_andnot(0x08, &v);
	EXPECT_EQ(atomic_read(&v), 0x30);
	EXPECT_EQ(atomic_fetch_or(1, &v), 0x30);
	EXPECT_EQ(atomic_fetch_and(0x11, &v), 0x31);
	EXPECT_EQ(atomic_fetch_xor(0x11, &v), 0x11);
	EXPECT_EQ(atomic_read(&v), 0);
}

KTEST(linux_atomic, "atomic_cmpxchg() and atomic_try_cmpxchg()")
{
	atomic_t v = ATOMIC_INIT(3);
	int old = 9;

	EXPECT_EQ(atomic_cmpxchg(&v, 3, 4), 3);
	EXPECT_EQ(atomic_cmpxchg(&v, 3, 5), 4);
	EXPECT(!atomic_try_cmpxchg(&v, &old, 1));
	EXPECT_EQ(old, 4);
	EXPECT(atomic_try_cmpxchg(&v, &old, 1));
	EXPECT_EQ(atomic_xchg(&v, 8), 1);
	EXPECT_EQ(atomic_read(&v), 8);
}

KTEST(linux_atomic, "atomic_add_unless(), _inc_not_zero(), _dec_if_positive()")
{
	atomic_t v = ATOMIC_INIT(0);

	EXPECT(!atomic_inc_not_zero(&v));
	EXPECT(atomic_add_unless(&v, 2, 5));
	EXPECT(atomic_inc_not_zero(&v));
	EXPECT_EQ(atomic_fetch_add_unless(&v, 1, 3), 3);
	EXPECT_EQ(atomic_read(&v), 3);
	EXPECT_EQ(atomic_dec_if_positive(&v), 2);
	atomic_set(&v, 0);
	EXPECT_EQ(atomic_dec_if_positive(&v), -1);
	EXPECT_EQ(atomic_read(&v), 0);
}

KTEST(linux_atomic, "atomic64_t counts over 32 bits")
{
	atomic64_t v = ATOMIC64_INIT(0xffffffffLL);

	EXPECT_EQ(atomic64_inc_return(&v), 0x100000000LL);
	atomic64_add(5, &v);
	atomic64_sub(2, &v);
	atomic64_dec(&v);
	EXPECT_EQ(atomic64_read(&v), 0x100000002LL);
	EXPECT_EQ(atomic64_cmpxchg(&v, 0x100000002LL, 1), 0x100000002LL);
	EXPECT_EQ(atomic64_xchg(&v, -1), 1);
	EXPECT_EQ(atomic64_fetch_add(2, &v), -1);
	EXPECT(atomic64_dec_and_test(&v));
	atomic64_set(&v, 1LL << 40);
	EXPECT_EQ(atomic64_read(&v), 1LL << 40);
}

static atomic64_t total;
static atomic_long_t pages;

static int count_both(struct worker *w)
{
	int i;

	for (i = 0; i < 2000; i++) {
		atomic64_add(0x40000001, &total);
		atomic_long_inc(&pages);
	}
	return 0;
}

KTEST(linux_atomic, "no count is lost between CPUs, of 64 bits and of a long")
{
	unsigned int n = num_online_cpus() + 1;

	atomic64_set(&total, 0);
	atomic_long_set(&pages, 0);
	crew_run(&crew, n, CREW_ANYWHERE, count_both);
	EXPECT_EQ(atomic64_read(&total), 0x40000001LL * 2000 * n);
	EXPECT_EQ(atomic_long_read(&pages), 2000l * n);
	atomic_long_sub(2000l * n - 1, &pages);
	EXPECT(atomic_long_dec_and_test(&pages));
}

KTEST(linux_atomic, "cmpxchg() and xchg() of any word")
{
	unsigned long flags = 4;
	void *slot = NULL;
	int owner;

	EXPECT_EQ(cmpxchg(&flags, 4, 6), 4);
	EXPECT_EQ(cmpxchg(&flags, 4, 7), 6);
	EXPECT_EQ(xchg(&flags, 1), 6);
	EXPECT(cmpxchg(&slot, NULL, &owner) == NULL);
	EXPECT(xchg(&slot, NULL) == &owner);
	smp_store_mb(flags, 2);
	EXPECT_EQ(READ_ONCE(flags), 2);
}

KTEST(linux_atomic, "refcount_t counts users")
{
	refcount_t r = REFCOUNT_INIT(1);

	refcount_inc(&r);
	EXPECT_EQ(refcount_read(&r), 2);
	EXPECT(refcount_inc_not_zero(&r));
	EXPECT(!refcount_sub_and_test(2, &r));
	EXPECT(refcount_dec_and_test(&r));
	EXPECT(!refcount_inc_not_zero(&r));
	refcount_set(&r, 3);
	refcount_dec(&r);
	EXPECT_EQ(refcount_read(&r), 2);
}

KTEST(linux_atomic, "a refcount that goes wrong stays so, and frees nothing")
{
	refcount_t r = REFCOUNT_INIT(0);

	refcount_inc(&r); /* warns */
	EXPECT_EQ(refcount_read(&r), (unsigned)REFCOUNT_SATURATED);
	EXPECT(!refcount_dec_and_test(&r));
	EXPECT_EQ(refcount_read(&r), (unsigned)REFCOUNT_SATURATED);
}

KTEST(linux_atomic, "set_bit(), clear_bit(), change_bit() and test_bit()")
{
	DECLARE_BITMAP(map, 70) = {0};

	set_bit(0, map);
	set_bit(33, map);
	change_bit(69, map);
	change_bit(0, map);
	EXPECT(!test_bit(0, map) && test_bit(33, map) && test_bit(69, map));
	EXPECT_EQ(map[1], BIT_MASK(33));
	clear_bit(33, map);
	EXPECT_EQ(map[1], 0);
	__set_bit(1, map);
	__change_bit(2, map);
	__clear_bit(1, map);
	EXPECT_EQ(map[0], BIT(2));
}

KTEST(linux_atomic, "test_and_set_bit() tells one caller that it was first")
{
	unsigned long flags = 0;

	EXPECT(!test_and_set_bit(3, &flags));
	EXPECT(test_and_set_bit(3, &flags));
	EXPECT(test_and_clear_bit(3, &flags));
	EXPECT(!test_and_clear_bit(3, &flags));
	EXPECT(!test_and_change_bit(4, &flags));
	EXPECT(test_and_change_bit(4, &flags));
	EXPECT(!__test_and_set_bit(5, &flags));
	EXPECT(__test_and_clear_bit(5, &flags));
	EXPECT_EQ(flags, 0);
}

static unsigned long lock_word;
static unsigned long guarded, guarded_too;

static int lock_by_bit(struct worker *w)
{
	int i, errors = 0;

	for (i = 0; i < 2000; i++) {
		while (test_and_set_bit_lock(7, &lock_word))
			cpu_relax();
		errors += guarded != guarded_too;
		guarded++;
		barrier();
		guarded_too++;
		clear_bit_unlock(7, &lock_word);
	}
	return errors;
}

KTEST(linux_atomic, "a bit is a lock")
{
	unsigned int n = num_online_cpus();

	guarded = guarded_too = 0;
	EXPECT_EQ(crew_run(&crew, n, CREW_SPREAD, lock_by_bit), 0);
	EXPECT_EQ(guarded, 2000ul * n);
	EXPECT_EQ(lock_word, 0);
}
