"""The run itself: time, certificates, its own log and exit code."""

from dataclasses import dataclass
from typing import Literal

from plugin.settings.certificates import certificate_file
from plugin.settings.fields._setting import setting

LogLevel = Literal["error", "warning", "info", "debug"]


@dataclass(frozen=True, kw_only=True)
class RunSettings:
    """The run itself: time, certificates, its own log and exit code."""

    wait: float = setting(
        10.0,
        "Seconds to wait for other jobs that are still running: of a failed build, and before a notification. "
        "At most half of `timeout`.",
        example="120",
    )
    timeout: float = setting(
        60.0,
        "Time limit of the whole run in seconds, waiting included.",
        example="120",
        least=1,
        aliases=("time_budget",),
    )
    ca_bundle: str = setting(
        "",
        "PEM file with the certificates of your own certificate authority.",
        example="/etc/ssl/our-ca.pem",
        aliases=("ca_cert",),
        parse=certificate_file,
    )
    skip_verify: bool = setting(
        False,
        "Do not verify certificates. An attacker on the network can then read the tokens; prefer `ca_bundle`.",
        example="true",
        aliases=("insecure_skip_verify", "insecure", "skip_ssl_verify"),
    )
    colour: bool = setting(False, "Use colors in the step's own log.", example="true", aliases=("color",))
    log_level: LogLevel = setting(
        "warning", "Log level of the plugin in the step's own log.", example="debug", aliases=("loglevel",)
    )
    check: bool = setting(
        False,
        "Instead of reporting, check settings, tokens and access, without writing anything, and print the results.",
        example="true",
    )
    fail_on_error: bool = setting(
        False, "Let the step fail if the plugin could not do its work.", example="true", aliases=("fail",)
    )
