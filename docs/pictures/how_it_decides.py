"""Draw how-it-decides.svg from the explanation of a real log: `python docs/pictures/how_it_decides.py`."""

from html import escape
from pathlib import Path

from plugin import analyze_log

ROOT = Path(__file__).parent.parent.parent
LOG = ROOT / "tests" / "logs" / "steps" / "tolerated-curl-then-rspec.log"
EXIT_CODE = 1
MAX_LINES = 10
LINE, LEFT, REASONS = 17, 64, 660
WIDTH = 1300
STYLE = """
text { font: 12px ui-monospace, Menlo, Consolas, monospace; fill: #57606a; white-space: pre }
.shown { fill: #1f2328 } .first { fill: #1f2328; font-weight: bold }
.reason { font: 11px system-ui, sans-serif; fill: #57606a } .rank { fill: #cf222e; font-weight: bold }
.title { font: bold 14px system-ui, sans-serif; fill: #cf222e }
"""


def picture() -> str:
    """Return the log as SVG, with the lines that are shown highlighted and explained."""
    text = LOG.read_text("utf-8")
    excerpt = analyze_log(text, max_lines=MAX_LINES, exit_code=EXIT_CODE, explain=True)
    reasons = {line.number: line.why for line in excerpt.lines}
    lines = text.rstrip("\n").split("\n")
    rows = [f'<text class="title" x="{LEFT}" y="22">{escape(excerpt.title)}</text>']
    for number, line in enumerate(lines, 1):
        y = 34 + LINE * number
        place = excerpt.ranked.index(number) + 1 if number in reasons else 0
        if place:
            color = "#ffebe9" if place == 1 else "#fff8c5"
            rows.append(f'<rect x="{LEFT - 4}" y="{y - 13}" width="{WIDTH - LEFT}" height="{LINE}" fill="{color}"/>')
            rows.append(f'<text class="rank" x="34" y="{y}">{place}.</text>')
            rows.append(f'<text class="reason" x="{REASONS}" y="{y}">{escape(_short(reasons[number], 108))}</text>')
        kind = "first" if place == 1 else "shown" if place else "left"
        rows.append(f'<text x="6" y="{y}">{number}</text>')
        rows.append(f'<text class="{kind}" x="{LEFT}" y="{y}" xml:space="preserve">{escape(_short(line, 80))}</text>')
    height = 48 + LINE * len(lines)
    body = "\n".join(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">\n'
        f'<style>{STYLE}</style>\n<rect width="100%" height="100%" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


if __name__ == "__main__":
    Path(__file__).with_name("how-it-decides.svg").write_text(picture(), encoding="utf-8")
