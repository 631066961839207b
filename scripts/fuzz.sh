#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# scripts/fuzz.sh PROGRAM CORPUS SECONDS: fuzzes for a bounded time, starting
# from the committed seeds. What it finds new stays in build/.
set -eu

program=$1 corpus=$2 seconds=$3
found=$program.corpus
mkdir -p "$found"
echo "fuzz: $(basename "$program"), $seconds seconds"
"$program" -max_total_time="$seconds" -print_final_stats=1 -verbosity=0 \
	-artifact_prefix="$program." "$found" "$corpus" 2>&1 |
	sed -n 's/^stat::/  /p; /ERROR\|SUMMARY\|runtime error/p'
exit "${PIPESTATUS[0]}"
