"""Command line: `python -m tools.fuzz.one TARGET CORPUS [OPTION …]` fuzzes one target with libFuzzer."""

import sys

import atheris

with atheris.instrument_imports(include=["plugin"]):
    from tools.fuzz.targets import TARGETS


def main(name: str, arguments: list[str]) -> None:
    """Fuzz the target with libFuzzer's arguments."""
    atheris.Setup([sys.argv[0], *arguments], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
