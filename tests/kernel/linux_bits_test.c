/* SPDX-License-Identifier: MIT */
/* Bit arithmetic, bitmaps and the small macros that all code for Linux is
 * written with. See kernel/linux.md.
 *
 * Notices: find_next_bit_from_start, find_bit_past_end, zero_area_ignores_mask.
 */
#include <linux/align.h>
#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/overflow.h>
#include <linux/sizes.h>
#include <linux/stddef.h>

#include "kernel/ktest.h"

KTEST(linux_bits, "BIT(), GENMASK() and their 64-bit forms")
{
	EXPECT_EQ(BIT(31), 0x80000000);
	EXPECT_EQ(BIT_ULL(35), 0x800000000ULL);
	EXPECT_EQ(GENMASK(7, 4), 0xf0);
	EXPECT_EQ(GENMASK(31, 0), 0xffffffff);
	EXPECT_EQ(GENMASK_ULL(35, 12), 0xffffff000ULL);
	EXPECT_EQ(BITS_TO_LONGS(33), 2);
	EXPECT_EQ(BIT_WORD(64), 2);
}

KTEST(linux_bits, "ffs(), fls(), __ffs(), __fls(), ffz() and fls64()")
{
	EXPECT_EQ(ffs(0), 0);
	EXPECT_EQ(ffs(0x10), 5);
	EXPECT_EQ(fls(0), 0);
	EXPECT_EQ(fls(0x80000000), 32);
	EXPECT_EQ(__ffs(0x10), 4);
	EXPECT_EQ(__fls(0x1f), 4);
	EXPECT_EQ(ffz(0x0f), 4);
	EXPECT_EQ(fls64(0), 0);
	EXPECT_EQ(fls64(1ULL << 40), 41);
}

KTEST(linux_bits, "hweight_long() counts, rol32() and ror32() rotate")
{
	EXPECT_EQ(hweight8(0xff), 8);
	EXPECT_EQ(hweight16(0x8001), 2);
	EXPECT_EQ(hweight32(0xf0f0f0f0), 16);
	EXPECT_EQ(hweight64(~0ULL), 64);
	EXPECT_EQ(hweight_long(5), 2);
	EXPECT_EQ(rol32(0x80000001, 4), 0x18);
	EXPECT_EQ(ror32(0x18, 4), 0x80000001);
	EXPECT_EQ(rol32(7, 0), 7);
}

KTEST(linux_bits, "find_first_bit(), find_next_bit() and their zero forms")
{
	DECLARE_BITMAP(map, 100);

	bitmap_zero(map, 100);
	EXPECT_EQ(find_first_bit(map, 100), 100);
	EXPECT_EQ(find_first_zero_bit(map, 100), 0);
	__set_bit(40, map);
	__set_bit(99, map);
	EXPECT_EQ(find_first_bit(map, 100), 40);
	EXPECT_EQ(find_next_bit(map, 100, 40), 40);
	EXPECT_EQ(find_next_bit(map, 100, 41), 99);
	EXPECT_EQ(find_next_bit(map, 98, 41), 98);
	EXPECT_EQ(find_last_bit(map, 100), 99);
	EXPECT_EQ(find_last_bit(map, 40), 40);
	bitmap_fill(map, 100);
	__clear_bit(77, map);
	EXPECT_EQ(find_next_zero_bit(map, 100, 3), 77);
	EXPECT_EQ(find_next_zero_bit(map, 100, 78), 100);
}

KTEST(linux_bits, "for_each_set_bit() and for_each_clear_bit()")
{
	unsigned long word = BIT(1) | BIT(5) | BIT(31);
	unsigned long bit, sum = 0, clear = 0;

	for_each_set_bit(bit, &word, BITS_PER_LONG)
		sum += bit;
	for_each_clear_bit(bit, &word, BITS_PER_LONG)
		clear++;
	EXPECT_EQ(sum, 37);
	EXPECT_EQ(clear, BITS_PER_LONG - 3);
}

KTEST(linux_bits, "bitmap_set(), bitmap_clear(), bitmap_weight()")
{
	DECLARE_BITMAP(map, 80);
	DECLARE_BITMAP(copy, 80);

	bitmap_zero(map, 80);
	EXPECT(bitmap_empty(map, 80));
	bitmap_set(map, 30, 20);
	EXPECT_EQ(bitmap_weight(map, 80), 20);
	bitmap_clear(map, 35, 10);
	EXPECT_EQ(bitmap_weight(map, 80), 10);
	EXPECT(!test_bit(35, map) && test_bit(45, map));
	bitmap_copy(copy, map, 80);
	EXPECT_EQ(copy[1], map[1]);
	bitmap_fill(map, 80);
	EXPECT(bitmap_full(map, 80) && !bitmap_empty(map, 80));
}

KTEST(linux_bits, "bitmap_find_next_zero_area() finds room, aligned")
{
	DECLARE_BITMAP(map, 64);
	unsigned long start;

	bitmap_zero(map, 64);
	bitmap_set(map, 0, 3);
	bitmap_set(map, 8, 2);
	start = bitmap_find_next_zero_area(map, 64, 0, 5, 0);
	EXPECT_EQ(start, 3);
	start = bitmap_find_next_zero_area(map, 64, 0, 5, 3);
	EXPECT_EQ(start, 12);
	start = bitmap_find_next_zero_area(map, 64, 0, 60, 0);
	EXPECT(start > 64 - 60);
	start = bitmap_find_next_zero_area(map, 64, 0, 54, 0);
	EXPECT_EQ(start, 10);
}

KTEST(linux_bits, "ilog2(), roundup_pow_of_two() and is_power_of_2()")
{
	EXPECT_EQ(ilog2(1), 0);
	EXPECT_EQ(ilog2(4097), 12);
	EXPECT_EQ(order_base_2(4097), 13);
	EXPECT_EQ(order_base_2(1), 0);
	EXPECT_EQ(roundup_pow_of_two(33), 64);
	EXPECT_EQ(roundup_pow_of_two(64), 64);
	EXPECT_EQ(rounddown_pow_of_two(33), 32);
	EXPECT(is_power_of_2(64) && !is_power_of_2(0) && !is_power_of_2(65));
	BUILD_BUG_ON(ilog2(PAGE_SIZE) != PAGE_SHIFT);
}

KTEST(linux_bits, "DIV_ROUND_UP(), roundup(), round_up() and ALIGN()")
{
	EXPECT_EQ(DIV_ROUND_UP(10, 4), 3);
	EXPECT_EQ(DIV_ROUND_UP(8, 4), 2);
	EXPECT_EQ(DIV_ROUND_UP_ULL(0x100000001ULL, 2), 0x80000001ULL);
	EXPECT_EQ(DIV_ROUND_CLOSEST(7, 2), 4);
	EXPECT_EQ(DIV_ROUND_CLOSEST(-7, 2), -4);
	EXPECT_EQ(roundup(10, 6), 12);
	EXPECT_EQ(rounddown(10, 6), 6);
	EXPECT_EQ(round_up(10, 8), 16);
	EXPECT_EQ(round_down(15, 8), 8);
	EXPECT_EQ(ALIGN(0xfffffffffULL, 0x1000), 0x1000000000ULL);
	EXPECT(PTR_ALIGN((char *)0x1001, 16) == (char *)0x1010);
	EXPECT(IS_ALIGNED(64, 16) && !IS_ALIGNED(65, 16));
}

KTEST(linux_bits, "min(), max(), clamp() and swap(), of mixed types with _t")
{
	size_t len = 100;
	int a = 1, b = 2;

	EXPECT_EQ(min_t(int, len, -5), -5);
	EXPECT_EQ(max_t(size_t, len, 5), 100);
	EXPECT_EQ(min3(3, 1, 2), 1);
	EXPECT_EQ(max3(3, 1, 2), 3);
	EXPECT_EQ(clamp(15, 0, 10), 10);
	EXPECT_EQ(clamp_t(int, -15, 0, 10), 0);
	EXPECT_EQ(clamp_val(len, 1, 64), 64);
	EXPECT_EQ(min_not_zero(0, 4), 4);
	EXPECT_EQ(max(min(a, b), 0), 1);
	swap(a, b);
	EXPECT(a == 2 && b == 1);
}

KTEST(linux_bits, "abs(), mult_frac() and abs_diff()")
{
	EXPECT_EQ(abs(-5), 5);
	EXPECT_EQ(abs(-(5LL << 40)), 5LL << 40);
	EXPECT_EQ(abs_diff(3u, 10u), 7);
	EXPECT_EQ(mult_frac(4000000000u, 3, 4), 3000000000u);
}

KTEST(linux_bits, "do_div() and div_u64() divide 64 bits")
{
	u64 bytes = 10000000007ULL;
	u32 rest = do_div(bytes, 1000), remainder;

	EXPECT_EQ(bytes, 10000000);
	EXPECT_EQ(rest, 7);
	EXPECT_EQ(div_u64_rem(1ULL << 40, 3, &remainder), (1ULL << 40) / 3);
	EXPECT_EQ(remainder, 1);
	EXPECT_EQ(div64_u64(1ULL << 50, 1ULL << 40), 1024);
	EXPECT_EQ(div_s64(-10, 3), -3);
}

KTEST(linux_bits, "check_add_overflow() and array_size() notice")
{
	unsigned int sum;
	u64 product;

	EXPECT(check_add_overflow(UINT_MAX, 1u, &sum));
	EXPECT(!check_add_overflow(1u, 2u, &sum) && sum == 3);
	EXPECT(check_sub_overflow(1u, 2u, &sum));
	EXPECT(check_mul_overflow(U64_MAX, (u64)2, &product));
	EXPECT_EQ(array_size(SIZE_MAX, 2), SIZE_MAX);
	EXPECT_EQ(array_size(3, 4), 12);
	EXPECT_EQ(size_add(SIZE_MAX, 1), SIZE_MAX);
	EXPECT_EQ(array3_size(2, 3, 4), 24);
}

struct header {
	u16 type;
	u32 length;
	u8 data[];
};

KTEST(linux_bits, "container_of(), offsetofend() and ARRAY_SIZE()")
{
	static const char *const names[] = {"DMA", "Normal", "HighMem"};
	struct header h = {.length = 3};
	u32 *length = &h.length;

	EXPECT(container_of(length, struct header, length) == &h);
	EXPECT_EQ(offsetofend(struct header, type), 2);
	EXPECT_EQ(sizeof_field(struct header, length), 4);
	EXPECT_EQ(ARRAY_SIZE(names), 3);
	EXPECT_EQ(BUILD_BUG_ON_ZERO(sizeof(h) != 8), 0);
	static_assert(sizeof(h) == 8, "no holes but one");
}

KTEST(linux_bits, "u8 to u64 are what they say, and their limits")
{
	u64 phys = 0xabcdef0123ULL;

	BUILD_BUG_ON(sizeof(u8) != 1 || sizeof(u16) != 2);
	BUILD_BUG_ON(sizeof(u32) != 4 || sizeof(u64) != 8);
	EXPECT_EQ(upper_32_bits(phys), 0xab);
	EXPECT_EQ(lower_32_bits(phys), 0xcdef0123);
	EXPECT_EQ((u8)U8_MAX + 1, 256);
	EXPECT_EQ(S16_MAX, 32767);
	EXPECT_EQ(U32_MAX, 0xffffffff);
	EXPECT_EQ(SZ_1M + SZ_4K, 0x101000);
	EXPECT((s8)-1 < 0 && (s64)-1 < 0);
}

static int type_of(int n)
{
	switch (n) {
	case 0:
		n++;
		fallthrough;
	case 1:
		return n + 10;
	default:
		return -EINVAL;
	}
}

KTEST(linux_bits, "fallthrough, likely() and READ_ONCE()")
{
	int __maybe_unused spare = 0;
	int n = 1;

	EXPECT_EQ(type_of(0), 11);
	EXPECT_EQ(type_of(1), 11);
	EXPECT_EQ(type_of(2), -EINVAL);
	if (likely(READ_ONCE(n)) && !unlikely(n > 1))
		WRITE_ONCE(n, 2);
	barrier();
	EXPECT_EQ(n, 2);
}

KTEST(linux_bits, "hash_32() and hash_long() stay in their range")
{
	unsigned int i, seen = 0;

	for (i = 0; i < 1000; i++)
		seen |= BIT(hash_32(i, 4));
	EXPECT_EQ(seen, 0xffff);
	EXPECT(hash_long(12345, 7) < 128 && hash_64(~0ULL, 5) < 32);
	EXPECT(hash_ptr(&seen, 3) < 8);
}
