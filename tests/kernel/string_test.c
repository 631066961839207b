/* SPDX-License-Identifier: MIT */
/* What of kernel/string.h is done in place, where its length is known: the rest
 * is tested in a process (tests/unit/string_test.c).
 *
 * Notices: copied_short, copied_in_words. */
#include "kernel/ktest.h"

#include "kernel/string.h"

/* `copied`, cleared, has the first n bytes of `bytes`, and nothing behind. */
#define EXPECT_COPIED(n)                                    \
	do {                                                \
		memset(copied, 0, sizeof(copied));          \
		EXPECT(memcpy(copied, bytes, n) == copied); \
		EXPECT(!memcmp(copied, bytes, n));          \
		EXPECT(!copied[n]);                         \
	} while (0)

KTEST(string, "memcpy of a known length copies that and no more")
{
	static unsigned char bytes[PAGE_SIZE + 4], copied[PAGE_SIZE + 4];

	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i % 255 + 1);
	EXPECT_COPIED(1);
	EXPECT_COPIED(4);
	EXPECT_COPIED(31);
	EXPECT_COPIED(32);
	EXPECT_COPIED(33);
	EXPECT_COPIED(PAGE_SIZE);
}
