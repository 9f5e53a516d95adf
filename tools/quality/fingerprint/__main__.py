"""Print recall and precision of keys; `--pairs` also prints the pairs that are wrong."""

import sys

from tools.quality.fingerprint import measure


def main() -> None:
    """Print the table."""
    print("\n".join(measure.table()))
    if "--pairs" in sys.argv[1:]:
        for name, logs in (("runs", measure.runs()), ("corpus", measure.labeled_corpus())):
            figures = measure.measured(logs)
            print("\n".join(f"{name}: missed {one} {other}" for one, other in figures.missed))
            print("\n".join(f"{name}: wrong {one} {other}" for one, other in figures.wrong))


if __name__ == "__main__":
    main()
