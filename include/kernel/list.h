/* SPDX-License-Identifier: MIT */
/* Doubly linked lists with the links inside the entries.
 *
 *	head <-> a.node <-> b.node <-> head
 *
 *	list_add_tail(&task->node, &queue);
 *	list_for_each_entry(task, &queue, node)
 *		...
 *
 * The classic mistake is to delete an entry in list_for_each_entry(), which
 * then reads the next entry from the deleted one. list_for_each_entry_safe()
 * has read it before.
 *
 * The head is a node without an entry. The users of a list hold its lock. Names
 * and behaviour are those of Linux. Any context. */
#ifndef KERNEL_LIST_H
#define KERNEL_LIST_H

#include "kernel/compiler.h"
#include "kernel/types.h"

struct list_head {
	struct list_head *next, *prev;
};

/* clang-format off */
#define LIST_HEAD_INIT(name) {&(name), &(name)}
/* clang-format on */

#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)

/* The links of a deleted entry point to page 0, which is never mapped. */
#define LIST_POISON1 ((struct list_head *)0x100)
#define LIST_POISON2 ((struct list_head *)0x122)

/* An empty list, or a node in none. */
static inline void INIT_LIST_HEAD(struct list_head *head)
{
	head->next = head->prev = head;
}

static inline bool list_empty(const struct list_head *head)
{
	return READ_ONCE(head->next) == head;
}

/* Puts `node` between two neighbours. */
static inline void list_insert(struct list_head *node, struct list_head *prev,
			       struct list_head *next)
{
	node->prev = prev;
	node->next = next;
	next->prev = node;
	prev->next = node;
}

/* Makes `node` the first of the list. */
static inline void list_add(struct list_head *node, struct list_head *head)
{
	list_insert(node, head, head->next);
}

/* Makes `node` the last of the list. */
static inline void list_add_tail(struct list_head *node, struct list_head *head)
{
	list_insert(node, head->prev, head);
}

/* Makes the two neighbours. */
static inline void list_join(struct list_head *prev, struct list_head *next)
{
	prev->next = next;
	next->prev = prev;
}

/* Takes `node` out, and leaves it a node in no list. */
static inline void list_del_init(struct list_head *node)
{
	list_join(node->prev, node->next);
	INIT_LIST_HEAD(node);
}

/* Takes `node` out. To follow its links, or to delete it again, faults. */
static inline void list_del(struct list_head *node)
{
	list_join(node->prev, node->next);
	node->next = LIST_POISON1;
	node->prev = LIST_POISON2;
}

/* Puts `node` where `old` is; `old` keeps its links, or is in no list. */
static inline void list_replace(struct list_head *old, struct list_head *node)
{
	list_join(node, old->next);
	list_join(old->prev, node);
}

static inline void list_replace_init(struct list_head *old,
				     struct list_head *node)
{
	list_replace(old, node);
	INIT_LIST_HEAD(old);
}

/* Exchanges the places of two entries, neighbours or not. */
static inline void list_swap(struct list_head *a, struct list_head *b)
{
	struct list_head *before_b = b->prev;

	list_del_init(b);
	list_replace(a, b);
	list_add(a, before_b == a ? b : before_b);
}

/* Takes `node` out of its list and makes it the first, or last, of another. */
static inline void list_move(struct list_head *node, struct list_head *head)
{
	list_join(node->prev, node->next);
	list_add(node, head);
}

static inline void list_move_tail(struct list_head *node,
				  struct list_head *head)
{
	list_join(node->prev, node->next);
	list_add_tail(node, head);
}

/* Moves the entries from `first` to `last` of one list to the end of `head`. */
static inline void list_bulk_move_tail(struct list_head *head,
				       struct list_head *first,
				       struct list_head *last)
{
	list_join(first->prev, last->next);
	list_join(head->prev, first);
	list_join(last, head);
}

/* Makes the first entry the last. */
static inline void list_rotate_left(struct list_head *head)
{
	if (!list_empty(head))
		list_move_tail(head->next, head);
}

static inline bool list_is_first(const struct list_head *node,
				 const struct list_head *head)
{
	return node->prev == head;
}

static inline bool list_is_last(const struct list_head *node,
				const struct list_head *head)
{
	return node->next == head;
}

static inline bool list_is_head(const struct list_head *node,
				const struct list_head *head)
{
	return node == head;
}

/* Whether there is exactly one entry. */
static inline bool list_is_singular(const struct list_head *head)
{
	return !list_empty(head) && head->next == head->prev;
}

/* ---- Whole lists --------------------------------------------------------- */

/* Puts all entries of `list` between two neighbours; `list` keeps links to
 * them. */
static inline void list_insert_all(const struct list_head *list,
				   struct list_head *prev,
				   struct list_head *next)
{
	if (list_empty(list))
		return;
	list_join(list->prev, next);
	list_join(prev, list->next);
}

/* Puts all entries of `list` at the beginning, or the end, of `head`; `list` is
 * no list then, unless it is made one (_init). */
static inline void list_splice(const struct list_head *list,
			       struct list_head *head)
{
	list_insert_all(list, head, head->next);
}

static inline void list_splice_tail(const struct list_head *list,
				    struct list_head *head)
{
	list_insert_all(list, head->prev, head);
}

static inline void list_splice_init(struct list_head *list,
				    struct list_head *head)
{
	list_splice(list, head);
	INIT_LIST_HEAD(list);
}

static inline void list_splice_tail_init(struct list_head *list,
					 struct list_head *head)
{
	list_splice_tail(list, head);
	INIT_LIST_HEAD(list);
}

/* Makes `list` of the entries of `head` up to `last`, which may be `head`: then
 * of none. What `list` held is forgotten. */
static inline void list_cut_position(struct list_head *list,
				     struct list_head *head,
				     struct list_head *last)
{
	struct list_head *rest = last->next, *first = head->next;

	INIT_LIST_HEAD(list);
	if (last == head)
		return;
	list_join(head, rest);
	list_join(list, first);
	list_join(last, list);
}

/* ---- Walking ------------------------------------------------------------- */

#define list_entry(node, type, member)	container_of(node, type, member)
#define list_first_entry(head, type, m) list_entry((head)->next, type, m)
#define list_last_entry(head, type, m)	list_entry((head)->prev, type, m)
#define list_first_entry_or_null(head, type, m) \
	(list_empty(head) ? NULL : list_first_entry(head, type, m))
#define list_next_entry(pos, m) list_entry((pos)->m.next, __typeof__(*(pos)), m)
#define list_prev_entry(pos, m) list_entry((pos)->m.prev, __typeof__(*(pos)), m)

#define list_for_each(node, head) \
	for (node = (head)->next; node != (head); node = (node)->next)
#define list_for_each_prev(node, head) \
	for (node = (head)->prev; node != (head); node = (node)->prev)

/* The body may delete `node`; `n` is where the walk goes on. */
#define list_for_each_safe(node, n, head)                           \
	for (node = (head)->next, n = (node)->next; node != (head); \
	     node = n, n = (node)->next)

/* The body may change entries behind `pos`; otherwise the list must not
 * change. */
#define list_for_each_entry(pos, head, member)                       \
	for (pos = list_first_entry(head, __typeof__(*pos), member); \
	     &pos->member != (head);                                 \
	     pos = list_first_entry(&pos->member, __typeof__(*pos), member))
#define list_for_each_entry_reverse(pos, head, member)              \
	for (pos = list_last_entry(head, __typeof__(*pos), member); \
	     &pos->member != (head); pos = list_prev_entry(pos, member))

/* From the entry behind `pos`; from `pos` itself. */
#define list_for_each_entry_continue(pos, head, member)                  \
	for (pos = list_next_entry(pos, member); &pos->member != (head); \
	     pos = list_next_entry(pos, member))
#define list_for_each_entry_from(pos, head, member) \
	for (; &pos->member != (head); pos = list_next_entry(pos, member))

/* The body may delete `pos`; `n` is where the walk goes on. */
#define list_for_each_entry_safe(pos, n, head, member)               \
	for (pos = list_first_entry(head, __typeof__(*pos), member), \
	    n = list_next_entry(pos, member);                        \
	     &pos->member != (head); pos = n, n = list_next_entry(n, member))
#define list_for_each_entry_safe_reverse(pos, n, head, member)      \
	for (pos = list_last_entry(head, __typeof__(*pos), member), \
	    n = list_prev_entry(pos, member);                       \
	     &pos->member != (head); pos = n, n = list_prev_entry(n, member))

/* The number of entries; takes linear time. */
static inline size_t list_count_nodes(const struct list_head *head)
{
	const struct list_head *node;
	size_t count = 0;

	list_for_each(node, head)
		count++;
	return count;
}

#endif
