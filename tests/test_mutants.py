# SPDX-License-Identifier: MIT
"""The list of mutants is sound: each still fits its file, and each fault that
a suite claims to notice is in it. `make mutate` shows that it is noticed."""
import re

import pytest
from mutate import LIST, SOURCES, TREE, Mutant, load, mutate

MUTANTS = load(LIST)
NOTICES = re.compile(r"Notices: ([\w,\s*]+)\.")


def claimed() -> set[tuple[str, str]]:
    """(suite's file, fault) for each name after `Notices:`."""
    found = set()
    for file in (TREE / "tests" / "kernel").glob("*.c"):
        for match in NOTICES.finditer(file.read_text()):
            for name in re.findall(r"\w+", match[1]):
                found.add((file.name, name))
    return found


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.name)
def test_the_mutant_fits_its_file(mutant):
    assert mutant.file.split("/")[0] in SOURCES
    original = (TREE / mutant.file).read_text()
    assert mutate(original, mutant) != original


def test_what_the_suites_claim_to_notice_is_tried():
    names = {m.name for m in MUTANTS}
    missing = {claim for claim in claimed() if claim[1] not in names}
    assert not missing


def test_a_stale_mutant_is_refused():
    mutant = Mutant("m", "f", "old", "new", "why", suite="s")
    assert mutate("an old text", mutant) == "an new text"
    for text in ("none", "old and old"):
        with pytest.raises(ValueError, match="stale"):
            mutate(text, mutant)


@pytest.mark.parametrize("entry, wrong", [
    ('suite = "s"\nunit = "u"', "either"), ("", "either"),
    ('suite = "s"\ncolour = 3', "colour")])
def test_a_wrong_entry_is_named(tmp_path, entry, wrong):
    path = tmp_path / "m.toml"
    base = ('[[mutant]]\nname = "n"\nfile = "f"\nfind = "a"\n'
            'replace = "b"\nwhy = "w"\n')
    path.write_text(base + entry)
    with pytest.raises(ValueError, match=wrong):
        load(path)
