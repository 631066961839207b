#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the text of the tree. In chapters each `path:symbol` names a file
that has the symbol, each link leads to a file, and prose is at most 80 columns
wide. A source file is at most 500 lines long and 80 columns wide. In comments
"who" follows a word for a person, and nobody is "he": a sentence about a task,
a CPU or a caller names it."""
import re
import sys
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent
REFERENCE = re.compile(r"`([\w./-]+\.(?:c|h|asm|py|sh|ld|mk)):(\w+)`")
LINK = re.compile(r"\]\(([^)#:]+)\)")
# Comments of C, with strings beside them so that "/*" in a string is none; of
# assembly; of all else.
C_COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|/\*.*?\*/|//[^\n]*', re.S)
HASH_COMMENT = re.compile(r"(?:^|(?<=\s))# .*|^why = .*", re.M)
COMMENTS = {".c": C_COMMENT, ".h": C_COMMENT, ".asm": re.compile(r";.*"),
            ".py": HASH_COMMENT, ".sh": HASH_COMMENT, ".toml": HASH_COMMENT,
            "Makefile": HASH_COMMENT}
HEADLESS = re.compile(r"(?:\b(\w+)[\s*#;]+)?\b(who|whoever|he|him|his)\b",
                      re.IGNORECASE)
PERSONS = {"author", "person", "people", "reader", "readers", "students"}
LINES_MAX = 500
COLUMNS_MAX = 80


def sources() -> list[Path]:
    """The files of the tree, whether git knows them yet or not."""
    return sorted(path for path in TREE.rglob("*") if path.is_file() and
                  not path.relative_to(TREE).parts[0].startswith(
                      (".", "build")))


def wrong_references(page: Path) -> list[str]:
    text, name = page.read_text(), page.relative_to(TREE)
    found = []
    for path, symbol in REFERENCE.findall(text):
        target = TREE / path
        if not target.is_file():
            found.append(f"{name}: {path} is not there")
        elif not re.search(rf"\b{symbol}\b", target.read_text()):
            found.append(f"{name}: {path} has no {symbol}")
    found += [f"{name}: the link to {link} leads nowhere"
              for link in LINK.findall(text)
              if not (page.parent / link).exists()]
    return found


def too_long(path: Path) -> list[str]:
    name = str(path.relative_to(TREE))
    lines = len(path.read_text().splitlines())
    return [f"{name}: {lines} lines; {LINES_MAX} at most"] \
        if lines > LINES_MAX else []


def too_wide(path: Path) -> list[str]:
    # A list of sources is read by make, and cannot be broken.
    return [f"{path.relative_to(TREE)}:{number}: {len(line)} columns; "
            f"{COLUMNS_MAX} at most"
            for number, line in enumerate(
                path.read_text().expandtabs(8).splitlines(), 1)
            if len(line) > COLUMNS_MAX and not line.startswith("/* sources:")]


def prose(page: Path) -> list[tuple[int, str]]:
    """The numbered lines of a page outside code blocks and tables."""
    lines, code = [], False
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if line.lstrip().startswith("```"):
            code = not code
        elif not code and not line.startswith("|"):
            lines.append((number, line))
    return lines


def too_wide_prose(page: Path) -> list[str]:
    # A line that is one reference, link or picture cannot be broken.
    return [f"{page.relative_to(TREE)}:{number}: {len(line)} columns of prose; "
            f"{COLUMNS_MAX} at most"
            for number, line in prose(page)
            if len(line) > COLUMNS_MAX and " " in line.strip() and
            not line.startswith("![")]


def headless(path: Path) -> list[str]:
    """Comments with a "who" that follows no person, or a "he"."""
    comments = COMMENTS.get(path.suffix or path.name)
    if not comments:
        return []
    text, found = path.read_text(), []
    for comment in comments.finditer(text):
        if comment[0].startswith('"'):
            continue
        code = re.sub(r"`[^`]*`", lambda m: "." * len(m[0]), comment[0])
        for match in HEADLESS.finditer(code):
            if match[2].lower() == "who" and \
                    (match[1] or "").lower() in PERSONS:
                continue
            line = text.count("\n", 0, comment.start() + match.start(2)) + 1
            found.append(f"{path.relative_to(TREE)}:{line}: name the task, "
                         f'CPU or caller instead of "{match[2]}"')
    return found


def main() -> int:
    found = []
    for path in sources():
        if path.suffix == ".md":
            found += wrong_references(path) + too_wide_prose(path)
        elif path.suffix in (".c", ".h", ".asm", ".py"):
            found += too_long(path) + too_wide(path)
        found += headless(path)
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
