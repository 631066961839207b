# SPDX-License-Identifier: MIT
#
# Kernel sources in ordinary processes: unit tests, coverage, fuzzing. A test
# names the unchanged kernel sources that it is linked with in its second line,
# `/* sources: mm/memblock.c ... */`.

SANITIZE  := -fsanitize=address,undefined -fno-sanitize-recover=all
HOSTFLAGS := -std=gnu11 -O1 -g $(WARNINGS) -Iinclude -DHOSTED=1 -MMD -MP
CMOCKA32  := $(CACHE)/cmocka32/usr/lib/i386-linux-gnu

UNIT_TESTS := $(basename $(notdir $(sort $(wildcard tests/unit/*_test.c))))
UNIT       := $(foreach bits,64 32,$(UNIT_TESTS:%=$(O)/unit/%$(bits)))

# The sources that a test names.
sources_of = $(shell sed -n '2s|^/\* sources: *\(.*\)\*/$$|\1|p' $(1))

.PHONY: unit-build unit
unit-build: $(UNIT)
unit: setup-test $(UNIT) ## run the hosted unit tests alone
	@O=$(O) $(PYTHON) -m pytest -q -n 2 tests/test_unit_programs.py

# $(1) program, $(2) 64 or 32
define unit_program
$(O)/unit/$(1)$(2): $(O)/unit/$(2)/tests/unit/$(1).o \
		$(patsubst %.c,$(O)/unit/$(2)/%.o,$(call sources_of,tests/unit/$(1).c))
	$$(call quiet,LINK,$$@)$(HOSTCC) -m$(2) $(SANITIZE) $$^ -o $$@ $(LIBS$(2))
endef
LIBS64 := -lcmocka
LIBS32 := $(CMOCKA32)/libcmocka.so.0 -Wl,-rpath,$(CMOCKA32)
$(foreach bits,64 32,$(foreach t,$(UNIT_TESTS),\
	$(eval $(call unit_program,$(t),$(bits)))))

# Kernel sources are compiled as for the kernel; what stands in for the
# machine, and the tests, as ordinary programs.
define unit_objects
$(O)/unit/$(1)/tests/%.o: tests/%.c $(O)/hosted-flags
	@mkdir -p $$(@D)
	$$(call quiet,HOST,$$<)$(HOSTCC) -m$(1) $(HOSTFLAGS) $(SANITIZE) -c $$< -o $$@
$(O)/unit/$(1)/arch/host/%.o: arch/host/%.c $(O)/hosted-flags
	@mkdir -p $$(@D)
	$$(call quiet,HOST,$$<)$(HOSTCC) -m$(1) $(HOSTFLAGS) $(SANITIZE) -c $$< -o $$@
$(O)/unit/$(1)/%.o: %.c $(O)/hosted-flags
	@mkdir -p $$(@D)
	$$(call quiet,HOST,$$<)$(HOSTCC) -m$(1) $(HOSTFLAGS) $(SANITIZE) -ffreestanding -c $$< -o $$@
endef
$(foreach bits,64 32,$(eval $(call unit_objects,$(bits))))
.SECONDARY:

$(O)/hosted-flags: FORCE | setup-test
	@mkdir -p $(O)
	@echo '$(HOSTFLAGS) $(SANITIZE)' "$$($(HOSTCC) -dumpfullversion)" > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

-include $(shell find $(O)/unit -name '*.d' 2>/dev/null)

# ---- Coverage: the unit tests once more, with counters ---------------------

.PHONY: coverage
coverage: setup-coverage setup-test ## line and branch coverage of the hosted unit tests
	@scripts/coverage.sh $(O)/coverage $(UNIT_TESTS)

# ---- Fuzzing ------------------------------------------------------------------

FUZZ := $(basename $(notdir $(sort $(wildcard tests/fuzz/*_fuzz.c))))

.PHONY: fuzz
fuzz: setup-fuzz $(FUZZ:%=$(O)/fuzz/%) ## fuzz each target for FUZZ_SECONDS (20)
	@for f in $(FUZZ); do scripts/fuzz.sh $(O)/fuzz/$$f \
		tests/fuzz/corpus/$${f%_fuzz} $(FUZZ_SECONDS) || exit 1; done

define fuzz_program
$(O)/fuzz/$(1): tests/fuzz/$(1).c $(call sources_of,tests/fuzz/$(1).c) | setup-fuzz
	@mkdir -p $$(@D)
	$$(call quiet,FUZZ,$$@)clang -std=gnu11 -O1 -g -Iinclude -DHOSTED=1 \
		-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all $$^ -o $$@
endef
$(foreach t,$(FUZZ),$(eval $(call fuzz_program,$(t))))
