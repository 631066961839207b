#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# scripts/toolchain.sh PREFIX: binutils and GCC for i686-elf, from the source
# packages that Debian ships, into PREFIX. Done once; a second call sees that
# it is done. What is built is complete for Loft: C, libgcc, no libraries.
# PREFIX appears at the very end, whole: make looks there for a compiler.
set -eu

prefix=$1
target=i686-elf
work=$prefix.build
log=$work/log
root=$work/root # what is installed waits here

if [ -x "$prefix/bin/$target-gcc" ] &&
	"$prefix/bin/$target-gcc" -print-libgcc-file-name | grep -q "$prefix"; then
	echo "toolchain: $("$prefix/bin/$target-gcc" --version | head -n 1) is in $prefix"
	exit 0
fi

rm -rf "$work"
mkdir -p "$work"
cd "$work"

# step WORDS -- COMMAND...: runs one step, its output in the log; shows the
# time it took, or the end of the log.
step() {
	local words=$1 start=$SECONDS
	shift
	printf 'toolchain: %-32s' "$words"
	if "$@" >>"$log" 2>&1; then
		echo "$((SECONDS - start)) s"
	else
		echo "failed; the end of $log:"
		tail -n 20 "$log"
		exit 1
	fi
}

fetch() {
	apt-get update -qq || true
	apt-get download gcc-12-source binutils-source
	for package in ./*.deb; do
		dpkg-deb -x "$package" .
	done
	rm -f ./*.deb
}

# Test suites and other languages are most of the source, and not needed; two
# of the test directories are (the build reads them).
unpack() {
	tar xf usr/src/binutils/binutils-*.tar.*
	tar xf usr/src/gcc-12/gcc-12*.tar.* --exclude='*/gcc/testsuite' \
		--exclude='*/gcc/ada' --exclude='*/gcc/d/dmd' \
		--exclude='*/libstdc++-v3' --exclude='*/libgo' \
		--exclude='*/libphobos' --exclude='*/libgfortran' \
		--exclude='*/libgomp' --exclude='*/libsanitizer'
	tar xf usr/src/gcc-12/gcc-12*.tar.* --wildcards \
		'*/gcc/testsuite/selftests'
	rm -rf usr
	mv binutils-* binutils
	mv gcc-12* gcc
}

flags=(--target="$target" --prefix="$prefix" --disable-nls --disable-multilib
	CFLAGS=-O1 CXXFLAGS=-O1)

configure_binutils() {
	mkdir binutils-build
	cd binutils-build
	../binutils/configure "${flags[@]}" --disable-gdb --disable-gprof \
		--disable-gprofng --disable-werror
}

configure_gcc() {
	mkdir gcc-build
	cd gcc-build
	PATH=$root$prefix/bin:$PATH ../gcc/configure "${flags[@]}" \
		--enable-languages=c --without-headers --with-newlib \
		--disable-bootstrap --disable-shared --disable-threads \
		--disable-libssp --disable-libquadmath --disable-libgomp \
		--disable-libatomic --disable-libstdcxx --disable-lto \
		--disable-plugin --disable-libcc1 --enable-checking=release
}

build() {
	PATH=$root$prefix/bin:$PATH make -C "$1" MAKEINFO=true \
		"DESTDIR=$root" "${@:2}"
}

# Debian leaves out the manual that this file would be checked against.
skip_manual() {
	touch gcc-build/gcc/s-tm-texi
}

jobs=-j$(nproc)
step "fetching sources (107 MB)" fetch
step "unpacking" unpack
step "configuring binutils" eval '(configure_binutils)'
step "building binutils" build binutils-build "$jobs" all
step "installing binutils" build binutils-build install-strip
step "configuring GCC" eval '(configure_gcc)'
step "building GCC (most of the time)" build gcc-build "$jobs" all-gcc
step "building libgcc" build gcc-build "$jobs" all-target-libgcc
step "preparing the install" skip_manual
step "installing GCC" build gcc-build install-strip-gcc \
	install-strip-target-libgcc
cd /
rm -rf "$prefix"
mv "$root$prefix" "$prefix"
rm -rf "$work"
echo "toolchain: $("$prefix/bin/$target-gcc" --version | head -n 1), in $prefix"
