#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# scripts/fuzz.sh PROGRAM CORPUS SECONDS: fuzzes for a bounded time, from the
# committed seeds and what earlier runs found (PROGRAM.corpus). One line says
# how it went. What brings the program down is kept as PROGRAM.crash-...; run
# the program with that file to see it again.
set -eu

program=$1 seeds=$2 seconds=$3
name=$(basename "$program")
log=$program.log
mkdir -p "$program.corpus"

if "$program" -max_total_time="$seconds" -print_final_stats=1 \
	-artifact_prefix="$program." "$program.corpus" "$seeds" >"$log" 2>&1
then
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	echo "fuzz: $name: $runs runs in $seconds s," \
		"$(find "$program.corpus" -type f | wc -l) inputs kept"
else
	grep -v '^#' "$log" | tail -n 60
	echo "fuzz: $name failed; all of it is in $log"
	exit 1
fi
