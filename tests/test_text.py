# SPDX-License-Identifier: MIT
"""The check of the tree's text: each rule refuses what breaks it."""
import check_text
import pytest

REFERENCE = "`kernel/lib/string.c:" + "strlen`"


@pytest.fixture
def page(tmp_path, monkeypatch):
    """page(text) is a chapter with this text, in a tree with one source."""
    monkeypatch.setattr(check_text, "TREE", tmp_path)
    source = tmp_path / "kernel" / "lib" / "string.c"
    source.parent.mkdir(parents=True)
    source.write_text("size_t strlen(const char *s)\n")

    def write(text):
        chapter = tmp_path / "README.md"
        chapter.write_text(text)
        return chapter
    return write


def test_a_chapter_in_order_has_no_faults(page):
    chapter = page(f"See {REFERENCE} and [it](kernel/lib/string.c).\n")
    assert check_text.wrong_references(chapter) == []
    assert check_text.too_wide_prose(chapter) == []


def test_a_symbol_that_its_file_lacks_is_told(page):
    chapter = page(REFERENCE.replace("strlen", "strnlen"))
    assert check_text.wrong_references(chapter) == \
        ["README.md: kernel/lib/string.c has no strnlen"]


def test_a_link_to_no_file_is_told(page):
    assert check_text.wrong_references(page("[it](kernel/string.c)")) == \
        ["README.md: the link to kernel/string.c leads nowhere"]


def test_prose_wider_than_80_columns_is_told(page):
    assert check_text.too_wide_prose(page("one\n" + "two " * 20 + "2\n")) == \
        ["README.md:2: 81 columns of prose; 80 at most"]


@pytest.mark.parametrize("text", [
    "| " + "cell " * 20 + "|\n",
    "```\n" + "code " * 20 + "\n```\n",
    "`" + "x" * 80 + "`\n",
])
def test_tables_code_and_single_words_may_be_wide(page, text):
    assert check_text.too_wide_prose(page(text)) == []


@pytest.mark.parametrize("name, text, line", [
    ("a.c", "int x;\n/* Wakes all\n * who wait. */\n", 3),
    ("a.h", "/* For " + "whoever asks. */\n", 1),
    ("a.asm", "\tret ; to h" + "im\n", 1),
    ("a.py", "x = 1  # h" + "is\n", 1),
    ("a.toml", 'why = "w' + 'ho sleeps is not woken"\n', 1),
    ("Makefile", "# For those w" + "ho ask.\n", 1),
])
def test_a_subject_that_is_not_named_is_told(page, tmp_path, name, text, line):
    (tmp_path / name).write_text(text)
    said, = check_text.headless(tmp_path / name)
    assert said.startswith(f"{name}:{line}: name the task, CPU or caller")


@pytest.mark.parametrize("name, text", [
    ("a.c", "/* A reader\n * who asks; `who` asks. */\n"),
    ("a.c", 'puts("/* who");\nint who; /* a lock whose holder waits */\n'),
    ("a.md", "Who waits for whom?\n"),
])
def test_persons_names_in_code_and_pages_may_be_who(page, tmp_path, name,
                                                    text):
    (tmp_path / name).write_text(text)
    assert check_text.headless(tmp_path / name) == []
