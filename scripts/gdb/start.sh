#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# scripts/gdb/start.sh ELF LOG QEMU...: gdb on the ELF's symbols, talking to a
# QEMU that is stopped before its first instruction. The serial log goes to a
# file, since the terminal is gdb's.
set -eu

elf=$1 log=$2
shift 2
qemu=$*
qemu=${qemu/-serial stdio/-serial file:$log}
echo "gdb: the serial log is in $log; \`continue\` starts the machine"
exec gdb -q "$elf" -x "$(dirname "$0")/loft.py" \
	-ex "target remote | exec $qemu -S -gdb stdio" -ex "hbreak start_kernel"
