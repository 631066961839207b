/* SPDX-License-Identifier: MIT */
/* Lists with a head of one pointer, for the buckets of hash tables: entries
 * cannot be added at the end, but a head needs half the memory.
 *
 *	head -> a.node -> b.node -> NULL
 *
 * `pprev` points to the pointer that points to the node, so that a node can be
 * removed without a search for the one before. Names and behaviour are those of
 * Linux. Any context, with the list's lock held. */
#ifndef KERNEL_HLIST_H
#define KERNEL_HLIST_H

#include "kernel/list.h"

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

#define HLIST_HEAD_INIT	      INITIALIZER(.first = NULL)
#define HLIST_HEAD(name)      struct hlist_head name = HLIST_HEAD_INIT
#define INIT_HLIST_HEAD(head) ((void)((head)->first = NULL))

static inline void INIT_HLIST_NODE(struct hlist_node *node)
{
	node->next = NULL;
	node->pprev = NULL;
}

static inline bool hlist_empty(const struct hlist_head *head)
{
	return !READ_ONCE(head->first);
}

/* Whether the node is in no list. */
static inline bool hlist_unhashed(const struct hlist_node *node)
{
	return !node->pprev;
}

/* Puts `node` where the pointer `*place` leads. */
static inline void hlist_insert(struct hlist_node *node,
				struct hlist_node **place)
{
	node->next = *place;
	node->pprev = place;
	if (node->next)
		node->next->pprev = &node->next;
	*place = node;
}

static inline void hlist_add_head(struct hlist_node *node,
				  struct hlist_head *head)
{
	hlist_insert(node, &head->first);
}

static inline void hlist_add_before(struct hlist_node *node,
				    struct hlist_node *next)
{
	hlist_insert(node, next->pprev);
}

static inline void hlist_add_behind(struct hlist_node *node,
				    struct hlist_node *prev)
{
	hlist_insert(node, &prev->next);
}

static inline void hlist_take_out(struct hlist_node *node)
{
	*node->pprev = node->next;
	if (node->next)
		node->next->pprev = node->pprev;
}

/* Takes the node out. To follow its links faults. */
static inline void hlist_del(struct hlist_node *node)
{
	hlist_take_out(node);
	node->next = (struct hlist_node *)LIST_POISON1;
	node->pprev = (struct hlist_node **)LIST_POISON2;
}

/* Takes it out, if it is in a list, and leaves it in none. */
static inline void hlist_del_init(struct hlist_node *node)
{
	if (hlist_unhashed(node))
		return;
	hlist_take_out(node);
	INIT_HLIST_NODE(node);
}

#define hlist_entry(node, type, member) container_of(node, type, member)
#define hlist_entry_safe(node, type, member)                             \
	({                                                               \
		__typeof__(node) node_ = (node);                         \
		node_ ? hlist_entry(node_, type, member) : (type *)NULL; \
	})

#define hlist_for_each_entry(pos, head, member)                        \
	for (pos = hlist_entry_safe((head)->first, __typeof__(*(pos)), \
				    member);                           \
	     pos; pos = hlist_entry_safe((pos)->member.next,           \
					 __typeof__(*(pos)), member))

/* The body may delete `pos`; `n`, a node, is where the walk goes on. */
#define hlist_for_each_entry_safe(pos, n, head, member)                \
	for (pos = hlist_entry_safe((head)->first, __typeof__(*(pos)), \
				    member);                           \
	     pos && ((n = (pos)->member.next), true);                  \
	     pos = hlist_entry_safe(n, __typeof__(*(pos)), member))

#endif
