"""Print recall and precision of keys; `--pairs` also prints the pairs that are wrong."""

import sys

from tools.quality.fingerprint import measure


def main() -> None:
    """Print the table."""
    print("\n".join((*measure.table(), "", *measure.table_of_hidden())))
    if "--pairs" in sys.argv[1:]:
        for name, logs in (("runs", measure.runs()), ("corpus", measure.labeled_corpus())):
            figures = measure.measured(logs)
            print("\n".join(f"{name}: missed {one} {other}" for one, other in figures.missed))
            print("\n".join(f"{name}: wrong {one} {other}" for one, other in figures.wrong))
        for hidden in (measure.hidden_in_runs(), measure.hidden_in_projects()):
            print("\n".join(f"hidden: {' '.join(pair)}" for pair, is_hidden in hidden.items() if is_hidden))


if __name__ == "__main__":
    main()
