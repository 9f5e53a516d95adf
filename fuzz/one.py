"""`python -m fuzz.one TARGET CORPUS [OPTION …]`: one target under libFuzzer, guided by what it reaches in `plugin`."""

import sys

import atheris

with atheris.instrument_imports(include=["plugin"]):
    from fuzz.targets import TARGETS


def main(name: str, arguments: list[str]) -> None:
    atheris.Setup([sys.argv[0], *arguments], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
