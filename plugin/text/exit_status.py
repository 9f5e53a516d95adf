"""Meaning of exit codes."""


def describe_exit_code(exit_code: int | None) -> str:
    """Return what an exit code means by the conventions of shells and Docker; empty for 0 and None."""
    if not exit_code:
        return ""
    meaning = {
        126: "could not be started",
        127: "command not found",
        130: "interrupted",
        134: "aborted",
        137: "killed, or out of memory",
        139: "crashed with a segmentation fault",
        143: "terminated",
        255: "failed, or could not be started",
    }.get(exit_code, "failed")
    return f"{meaning} (exit code {exit_code})"
