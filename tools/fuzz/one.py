"""Fuzz one target under libFuzzer: `python -m tools.fuzz.one TARGET CORPUS [OPTION …]`."""

import sys

import atheris

with atheris.instrument_imports(include=["plugin"]):
    from tools.fuzz.targets import TARGETS


def main(name: str, arguments: list[str]) -> None:
    atheris.Setup([sys.argv[0], *arguments], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
