/* SPDX-License-Identifier: MIT */
/* Doubly linked lists whose links lie in what is listed.
 *
 *	head <-> a.node <-> b.node <-> head
 *
 *	list_add_tail(&task->node, &queue);
 *	list_for_each_entry(task, &queue, node)
 *		...
 *
 * The head is a node of no entry. Who changes a list holds its lock. Names are
 * those of Linux. */
#ifndef KERNEL_LIST_H
#define KERNEL_LIST_H

#include "kernel/compiler.h"
#include "kernel/types.h"

struct list_head {
	struct list_head *next, *prev;
};

#define LIST_HEAD_INIT(name) INITIALIZER(&(name), &(name))

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

/* Takes `node` out, and leaves it a node in no list. */
static inline void list_del_init(struct list_head *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	INIT_LIST_HEAD(node);
}

#define list_entry(node, type, member)	container_of(node, type, member)
#define list_first_entry(head, type, m) list_entry((head)->next, type, m)
#define list_last_entry(head, type, m)	list_entry((head)->prev, type, m)

/* The list must not change but by what the body does to entries behind. */
#define list_for_each_entry(pos, head, member)                       \
	for (pos = list_first_entry(head, __typeof__(*pos), member); \
	     &pos->member != (head);                                 \
	     pos = list_first_entry(&pos->member, __typeof__(*pos), member))

#endif
