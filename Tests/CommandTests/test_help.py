"""docs/command-line.md has what `flexatar --help` has."""
import re

from conftest import ROOT


def commands(flexatar, *path):
    """Every command with its help."""
    text = flexatar(*path, "--help").out
    yield path, text
    names = re.findall(r"^  ([a-z-]+)", text.partition("SUBCOMMANDS:")[2], re.M)
    for name in names:
        yield from commands(flexatar, *path, name)


def test_every_command_and_option_is_documented(flexatar):
    page = (ROOT / "docs/command-line.md").read_text()
    sections = {name: text for heading, text in re.findall(r"^## (.+)\n((?:(?!## ).*\n?)*)", page, re.M)
                for name in heading.split(", ")}
    found = list(commands(flexatar))
    assert len(found) > 15
    for path, text in found[1:]:
        assert path[0] in sections, path
        section = sections[path[0]]
        assert " ".join(path) in section or path[0] == "bench", path
        options = set(re.findall(r"^  (?:-\w, )?(--[a-z-]+)", text, re.M)) - {"--version", "--help", "--output"}
        assert not [option for option in options if not re.search(option + r"\b(?!-)", section)], (path, options)
