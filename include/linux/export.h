/* SPDX-License-Identifier: MIT */
/* Names for modules: there are none, and each name is known. */
#ifndef LINUX_EXPORT_H
#define LINUX_EXPORT_H

#define EXPORT_SYMBOL(name)
#define EXPORT_SYMBOL_GPL(name)

#endif
