/* SPDX-License-Identifier: MIT */
/* Lists as code for Linux uses them. See kernel/linux.md.
 *
 * Notices: list_del_keeps_links, list_splice_loses_last, list_cut_too_far,
 * list_splice_keeps_old, hlist_del_no_back_link. */
#include <linux/hashtable.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "kernel/ktest.h"

struct item {
	int n;
	struct list_head list;
	struct hlist_node hash;
};

static struct item items[8];

/* Makes a list of the first `count` items. */
static void fill(struct list_head *head, int first, int count)
{
	int i;

	for (i = first; i < first + count; i++) {
		items[i].n = i;
		list_add_tail(&items[i].list, head);
	}
}

/* The numbers of a list, read both ways, as a string: "0 1 2". */
static const char *numbers(struct list_head *head)
{
	static char text[64];
	struct item *pos;
	size_t count = 0, back = 0;
	int len = 0;

	text[0] = '\0';
	list_for_each_entry(pos, head, list) {
		len += scnprintf(text + len, sizeof(text) - len, "%s%d",
				 count++ ? " " : "", pos->n);
	}
	list_for_each_entry_reverse(pos, head, list)
		back++;
	return back == count ? text : "the ways differ";
}

KTEST(linux_list, "list_add() puts in front, list_add_tail() at the end")
{
	LIST_HEAD(head);

	EXPECT(list_empty(&head));
	items[1].n = 1;
	list_add(&items[1].list, &head);
	items[0].n = 0;
	list_add(&items[0].list, &head);
	fill(&head, 2, 1);
	EXPECT_STREQ(numbers(&head), "0 1 2");
	EXPECT_EQ(list_count_nodes(&head), 3);
}

KTEST(linux_list, "list_del() leaves links that fault")
{
	LIST_HEAD(head);

	fill(&head, 0, 3);
	list_del(&items[1].list);
	EXPECT_STREQ(numbers(&head), "0 2");
	EXPECT(items[1].list.next == LIST_POISON1);
	EXPECT_FAULT(ACCESS_READ, items[1].list.next, PAGE_ABSENT);
	EXPECT_FAULT(ACCESS_WRITE, items[1].list.prev, PAGE_ABSENT);
}

KTEST(linux_list, "list_del_init() leaves an empty list")
{
	LIST_HEAD(head);

	fill(&head, 0, 2);
	list_del_init(&items[0].list);
	EXPECT(list_empty(&items[0].list));
	EXPECT_STREQ(numbers(&head), "1");
	list_del_init(&items[0].list);
	EXPECT(list_is_singular(&head));
}

KTEST(linux_list, "list_for_each_entry_safe() frees as it goes")
{
	struct item *pos, *n;
	int freed = 0, i;
	LIST_HEAD(head);

	for (i = 0; i < 5; i++) {
		pos = kzalloc(sizeof(*pos), GFP_KERNEL);
		if (EXPECT(pos != NULL))
			list_add_tail(&pos->list, &head);
	}
	list_for_each_entry_safe(pos, n, &head, list) {
		list_del(&pos->list);
		kfree(pos);
		freed++;
	}
	EXPECT_EQ(freed, 5);
	EXPECT(list_empty(&head));
}

KTEST(linux_list, "a list is emptied from its front")
{
	struct item *first;
	int sum = 0;
	LIST_HEAD(head);

	fill(&head, 0, 4);
	while (!list_empty(&head)) {
		first = list_first_entry(&head, struct item, list);
		list_del(&first->list);
		sum = sum * 10 + first->n;
	}
	EXPECT_EQ(sum, 123);
	first = list_first_entry_or_null(&head, struct item, list);
	EXPECT(!first);
}

KTEST(linux_list, "list_splice_init() puts a list in front, _tail behind")
{
	LIST_HEAD(a);
	LIST_HEAD(b);
	LIST_HEAD(c);

	fill(&a, 2, 2);
	fill(&b, 0, 2);
	fill(&c, 4, 3);
	list_splice_init(&b, &a);
	EXPECT(list_empty(&b));
	EXPECT_STREQ(numbers(&a), "0 1 2 3");
	list_splice_tail_init(&c, &a);
	EXPECT(list_empty(&c));
	EXPECT_STREQ(numbers(&a), "0 1 2 3 4 5 6");
	list_splice_init(&b, &a);
	EXPECT_EQ(list_count_nodes(&a), 7);
}

KTEST(linux_list, "list_splice() and list_splice_tail() fill an empty list")
{
	LIST_HEAD(a);
	LIST_HEAD(b);
	LIST_HEAD(c);

	fill(&a, 0, 3);
	list_splice(&a, &b);
	EXPECT_STREQ(numbers(&b), "0 1 2");
	INIT_LIST_HEAD(&a);
	list_splice_tail(&b, &c);
	EXPECT_STREQ(numbers(&c), "0 1 2");
	list_splice_tail(&a, &c);
	EXPECT_STREQ(numbers(&c), "0 1 2");
}

KTEST(linux_list, "list_move() and list_move_tail() change lists")
{
	LIST_HEAD(active);
	LIST_HEAD(inactive);

	fill(&active, 0, 3);
	list_move(&items[1].list, &inactive);
	list_move_tail(&items[0].list, &inactive);
	EXPECT_STREQ(numbers(&active), "2");
	EXPECT_STREQ(numbers(&inactive), "1 0");
	list_bulk_move_tail(&active, &items[1].list, &items[0].list);
	EXPECT_STREQ(numbers(&active), "2 1 0");
	EXPECT(list_empty(&inactive));
}

KTEST(linux_list, "list_cut_position() cuts behind an entry")
{
	LIST_HEAD(head);
	LIST_HEAD(cut);

	fill(&head, 0, 4);
	list_cut_position(&cut, &head, &items[1].list);
	EXPECT_STREQ(numbers(&cut), "0 1");
	EXPECT_STREQ(numbers(&head), "2 3");
	list_cut_position(&cut, &head, &head);
	EXPECT(list_empty(&cut));
	list_cut_position(&cut, &head, &items[3].list);
	EXPECT_STREQ(numbers(&cut), "2 3");
	EXPECT(list_empty(&head));
}

KTEST(linux_list, "list_replace() and list_swap() keep places")
{
	LIST_HEAD(head);

	fill(&head, 0, 4);
	items[5].n = 5;
	list_replace(&items[1].list, &items[5].list);
	EXPECT_STREQ(numbers(&head), "0 5 2 3");
	list_swap(&items[0].list, &items[3].list);
	EXPECT_STREQ(numbers(&head), "3 5 2 0");
	list_swap(&items[3].list, &items[5].list);
	EXPECT_STREQ(numbers(&head), "5 3 2 0");
	list_swap(&items[3].list, &items[5].list);
	EXPECT_STREQ(numbers(&head), "3 5 2 0");
	list_replace_init(&items[2].list, &items[1].list);
	EXPECT(list_empty(&items[2].list));
	EXPECT_STREQ(numbers(&head), "3 5 1 0");
}

KTEST(linux_list, "list_rotate_left() and the ends of a list")
{
	LIST_HEAD(head);

	list_rotate_left(&head);
	fill(&head, 0, 3);
	list_rotate_left(&head);
	EXPECT_STREQ(numbers(&head), "1 2 0");
	EXPECT(list_is_first(&items[1].list, &head));
	EXPECT(list_is_last(&items[0].list, &head));
	EXPECT(!list_is_last(&items[1].list, &head));
	EXPECT(!list_is_singular(&head));
	EXPECT(list_is_head(head.next->prev, &head));
	EXPECT_EQ(list_last_entry(&head, struct item, list)->n, 0);
}

KTEST(linux_list, "walks go on from an entry, and backwards with deletion")
{
	struct item *pos, *n;
	int sum = 0;
	LIST_HEAD(head);

	fill(&head, 0, 5);
	pos = &items[1];
	list_for_each_entry_continue(pos, &head, list)
		sum = sum * 10 + pos->n;
	EXPECT_EQ(sum, 234);
	pos = &items[3];
	list_for_each_entry_from(pos, &head, list)
		sum = sum * 10 + pos->n;
	EXPECT_EQ(sum, 23434);
	list_for_each_entry_safe_reverse(pos, n, &head, list)
		if (pos->n & 1)
			list_del(&pos->list);
	EXPECT_STREQ(numbers(&head), "0 2 4");
	EXPECT_EQ(list_next_entry(&items[0], list)->n, 2);
	EXPECT_EQ(list_prev_entry(&items[4], list)->n, 2);
}

KTEST(linux_list, "list_for_each() and its kin walk nodes")
{
	struct list_head *node, *n;
	int sum = 0;
	LIST_HEAD(head);

	fill(&head, 0, 3);
	list_for_each(node, &head)
		sum = sum * 10 + list_entry(node, struct item, list)->n;
	list_for_each_prev(node, &head)
		sum = sum * 10 + list_entry(node, struct item, list)->n;
	EXPECT_EQ(sum, 12210);
	list_for_each_safe(node, n, &head)
		list_del_init(node);
	EXPECT(list_empty(&head));
}

/* A list kept in order, as an elevator or a timer wheel does. */
static void insert_sorted(struct item *item, struct list_head *head)
{
	struct item *pos;

	list_for_each_entry(pos, head, list)
		if (pos->n > item->n)
			break;
	list_add_tail(&item->list, &pos->list);
}

KTEST(linux_list, "an entry is added before the one where a walk stopped")
{
	static const int order[] = {3, 1, 4, 0, 2};
	int i;
	LIST_HEAD(head);

	for (i = 0; i < ARRAY_SIZE(order); i++) {
		items[i].n = order[i];
		insert_sorted(&items[i], &head);
	}
	EXPECT_STREQ(numbers(&head), "0 1 2 3 4");
}

KTEST(linux_list, "hlist: add, look, delete")
{
	struct item *pos;
	struct hlist_node *n;
	int sum = 0, i;
	HLIST_HEAD(head);

	for (i = 0; i < 4; i++) {
		items[i].n = i;
		INIT_HLIST_NODE(&items[i].hash);
		hlist_add_head(&items[i].hash, &head);
	}
	hlist_del_init(&items[2].hash);
	hlist_add_before(&items[2].hash, &items[0].hash);
	hlist_for_each_entry(pos, &head, hash)
		sum = sum * 10 + pos->n;
	EXPECT_EQ(sum, 3120);
	hlist_for_each_entry_safe(pos, n, &head, hash)
		hlist_del(&pos->hash);
	EXPECT(hlist_empty(&head));
	EXPECT_FAULT(ACCESS_READ, items[0].hash.next, PAGE_ABSENT);
}

static DEFINE_HASHTABLE(table, 3);

KTEST(linux_list, "a hash table finds what was added")
{
	struct item *pos, *found = NULL;
	unsigned int bucket, count = 0;
	int i;

	hash_init(table);
	for (i = 0; i < 8; i++) {
		items[i].n = i * 1000;
		hash_add(table, &items[i].hash, items[i].n);
	}
	hash_for_each_possible(table, pos, hash, 5000) if (pos->n == 5000)
		found = pos;
	EXPECT(found == &items[5]);
	hash_del(&items[5].hash);
	EXPECT(!hash_hashed(&items[5].hash));
	hash_for_each(table, bucket, pos, hash) count++;
	EXPECT_EQ(count, 7);
}
