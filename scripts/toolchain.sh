#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# scripts/toolchain.sh PREFIX: binutils and GCC for i686-elf, from the source
# packages that Debian ships, into PREFIX. It is complete for Loft: C and
# libgcc, no libraries. Done once; a second call sees that it is done, and a
# call after a break goes on at the step that broke.
#
# PREFIX.build holds sources, objects, the log, what is installed so far, and an
# empty file done-N for each step that is done. At the end PREFIX appears, whole:
# make looks there for a compiler.
set -eu

prefix=$1
target=i686-elf
work=$prefix.build
log=$work/log
jobs=-j$(nproc)
root=$work/root
gcc=$prefix/bin/$target-gcc

# GCC's own makefiles would take the name apart.
if [[ $prefix == *[[:space:]]* ]]; then
	echo "toolchain: GCC cannot be built in '$prefix': set LOFT_CACHE to a" \
		"directory without blanks in its name" >&2
	exit 1
fi
if [ -x "$gcc" ]; then
	echo "toolchain: $("$gcc" --version | head -n 1) is in $prefix"
	exit 0
fi
mkdir -p "$work"
cd "$work"
exec 9>lock
flock -n 9 || {
	echo "toolchain: another call is at work in $work" >&2
	exit 1
}
PATH=$root$prefix/bin:$PATH

# Says every so often, on the line of the step, how far it is: a number on a
# terminal, a dot for each half minute elsewhere.
watch_log() {
	local start=$SECONDS
	while sleep 1; do
		if [ -t 1 ]; then
			printf '\r%s%4d s, %s lines of log ' "$1" \
				$((SECONDS - start)) "$(wc -l <"$log")"
		elif [ $(((SECONDS - start) % 30)) = 29 ]; then
			printf .
		fi
	done
}

# step WORDS COMMAND...: runs a step that was not done before, its output in
# the log; says how long it took, or shows the end of the log.
steps=0
watcher=
trap '[ -z "$watcher" ] || kill "$watcher"' EXIT
step() {
	local line start=$SECONDS status
	steps=$((steps + 1))
	[ ! -e "done-$steps" ] || return 0
	line=$(printf 'toolchain: %2d of 9  %-24s' $steps "$1")
	printf '%s' "$line"
	watch_log "$line" &
	watcher=$!
	# Not within an if: the functions below rely on set -e.
	set +e
	(set -e; "${@:2}") >>"$log" 2>&1
	status=$?
	set -e
	kill "$watcher"
	wait "$watcher" 2>/dev/null || true
	watcher=
	[ ! -t 1 ] || printf '\r\033[K%s' "$line"
	if [ $status != 0 ]; then
		printf ' failed; the end of %s:\n' "$log"
		tail -n 20 "$log"
		exit 1
	fi
	printf '%4d s\n' $((SECONDS - start))
	touch "done-$steps"
}

fetch() {
	rm -f ./*.deb
	apt-get download gcc-12-source binutils-source ||
		{ apt-get update -qq || true
		apt-get download gcc-12-source binutils-source; }
}

# Test suites and other languages are most of the source, and not needed; what
# the build reads of the tests is taken out again.
unpack() {
	rm -rf usr binutils*/ gcc*/
	for package in ./*.deb; do
		dpkg-deb -x "$package" .
	done
	tar xf usr/src/binutils/binutils-*.tar.*
	tar xf usr/src/gcc-12/gcc-12*.tar.* --exclude='*/gcc/testsuite' \
		--exclude='*/gcc/ada' --exclude='*/gcc/d/dmd' \
		--exclude='*/libstdc++-v3' --exclude='*/libgo' \
		--exclude='*/libphobos' --exclude='*/libgfortran' \
		--exclude='*/libgomp' --exclude='*/libsanitizer'
	tar xf usr/src/gcc-12/gcc-12*.tar.* --wildcards \
		'*/gcc/testsuite/selftests'
	mv binutils-*/ binutils
	mv gcc-*/ gcc
	rm -rf usr ./*.deb
}

flags=(--target="$target" --prefix="$prefix" --disable-nls --disable-multilib
	CFLAGS=-O1 CXXFLAGS=-O1)

configure_binutils() {
	rm -rf binutils-build
	mkdir binutils-build
	cd binutils-build
	../binutils/configure "${flags[@]}" --disable-gdb --disable-gprof \
		--disable-gprofng --disable-werror
}

configure_gcc() {
	rm -rf gcc-build
	mkdir gcc-build
	cd gcc-build
	../gcc/configure "${flags[@]}" \
		--enable-languages=c --without-headers --with-newlib \
		--disable-bootstrap --disable-shared --disable-threads \
		--disable-libssp --disable-libquadmath --disable-libgomp \
		--disable-libatomic --disable-libstdcxx --disable-lto \
		--disable-plugin --disable-libcc1 --enable-checking=release
}

build() {
	make -C "$1" MAKEINFO=true "DESTDIR=$root" "${@:2}"
}

# Debian leaves out the manual that the touched file would be checked against.
install_gcc() {
	touch gcc-build/gcc/s-tm-texi
	build gcc-build install-strip-gcc install-strip-target-libgcc
}

echo "toolchain: for $prefix; the log is $log"
step "fetch sources (107 MB)" fetch
step "unpack" unpack
step "configure binutils" configure_binutils
step "build binutils" build binutils-build "$jobs" all
step "install binutils" build binutils-build install-strip
step "configure GCC" configure_gcc
step "build GCC (the longest)" build gcc-build "$jobs" all-gcc
step "build libgcc" build gcc-build "$jobs" all-target-libgcc
step "install GCC" install_gcc
cd /
rm -rf "$prefix"
mv "$root$prefix" "$prefix"
rm -rf "$work"
echo "toolchain: $("$gcc" --version | head -n 1), in $prefix"
