"""Normalization of log lines: the parts that change from run to run are masked.

Two runs of the same step rarely print the same bytes: commit hashes, temporary paths, ports, counters, dates and
durations differ. The comparison with the last successful log (`baseline`) and the count of distinct lines for untrusted
patterns (`untrusted`) must recognize such lines as the same line, so both compare normalized lines. Masked are:

- Hexadecimal words of 7 or more digits: hashes of commits and images, addresses of objects.
- Paths of 2 or more parts, POSIX and Windows: `/tmp/build-1/src`, `D:/agent/work`.
- Numbers, versions, times, durations and sizes: `12`, `1,024`, `1.2.3`, `10:31:07`, `3.5 s`, `20 MiB`.

Words are kept, so that different messages stay different. A path of one part (`/dev`) is kept as well: it is often the
only difference between two messages. Nothing here protects a secret; see `plugin.logs.redact` for that.
"""

from plugin.text.lazy_expression import lazily

_MASK = b"#"
"""The replacement for each varying part, whatever its kind and length."""
_VARYING = lazily(
    rb"\b[0-9a-fA-F]{7,}\b"  # hashes; 7 digits is the abbreviation that `git log --oneline` prints
    rb"|(?:[A-Za-z]:)?(?:[\\/][\w.@+~-]+){2,}[\\/]?"  # POSIX and Windows paths
    rb"|\d+(?:[.,:]\d+)*(?:\s?(?:ms|s|m|h|sec|secs|seconds|min|minutes|[kKMG]i?B)\b)?"  # numbers, times, sizes
)
"""The varying parts. The order matters: a hash or a path is masked as a whole before the numbers in it."""


def normalize(line: bytes) -> bytes:
    """Return the line with varying parts masked as `#` and each run of whitespace as one space.

    `line` is one line of a cleaned log without its line end. Leading and trailing whitespace is removed, because
    indentation and padding follow the width of the masked numbers. Linear in the length of the line.
    """
    return b" ".join(_VARYING.sub(_MASK, line).split())
