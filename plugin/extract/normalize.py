"""Takes a line, gives its form: what stays the same when it is printed again with other numbers, times or paths."""

import re

_VARYING = re.compile(
    rb"\b[0-9a-fA-F]{7,}\b"  # hashes
    rb"|(?:[A-Za-z]:)?(?:[\\/][\w.@+~-]+){2,}[\\/]?"  # paths
    rb"|\d+(?:[.,:]\d+)*(?:\s?(?:ms|s|m|h|sec|secs|seconds|min|minutes|[kKMG]i?B)\b)?"  # numbers, times, sizes
)


def normalize(line: bytes) -> bytes:
    return b" ".join(_VARYING.sub(b"#", line).split())
