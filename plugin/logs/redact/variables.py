"""Secret values in the environment."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping

from plugin.text.lazy_expression import lazily

_SECRET = lazily(
    r"""TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|PASSCODE|CREDENTIAL|API_?KEY|PRIVATE|WEBHOOK|NETRC_(?:USERNAME|LOGIN)
      | NOTIFY_URLS?$ | CONNECTION_?STRING
      | (?:^|_)(?:PASS|PWD|PW|PAT|AUTH|CREDS?|KEY|KEYS|DSN|SAS|COOKIE|SIGNATURE|LICEN[CS]E|CERT|NETRC)(?:_|$)
      | KEY(?:_?\d+)?$""",
    re.VERBOSE,
)
_PUBLIC = lazily(
    r"""PUBLIC_?KEY|KEYBOARD|AUTH_SOCK|TOKENIZERS?_|(?:^|_)(?:OLD)?PWD$(?<!_PWD)|_(?:FILE|PATH|DIR|NAME|TYPE|ALGORITHM|TTL|EXPIRY)$
      | NETRC_(?:MACHINE|HOST)$ | MONKEY$|TURKEY$|^XAUTHORITY$|^GPG_KEY$|^PYTHON_(?:GET_PIP|SETUPTOOLS)""",
    re.VERBOSE,
)
_CI_FACT = lazily(r"(?:CI|DRONE|HARNESS|GIT)_|(?:HOME|USER|LOGNAME|HOSTNAME|SHELL|PATH|PWD|OLDPWD|LANG|TERM|TZ)$")
"""Variables that the CI server or the system sets and that reports show anyway: names, branches, URLs."""


def secrets_of(environ: Mapping[str, str], more: Iterable[str] = ()) -> tuple[str, ...]:
    """Return values of variables with secret-looking names, passwords in URLs, and `more`, such as token settings.

    A value that a public variable of the CI server has as well, or that is the path of an existing file, is no secret.
    """
    public = {value for name, value in environ.items() if _CI_FACT.match(name) and not _looks_secret(name)}
    named = (value for name, value in environ.items() if _looks_secret(name))
    hidden = (value for value in named if value not in public and not _is_path(value))
    passwords = (part for value in environ.values() for part in _password_in(value))
    return tuple(sorted({value for value in (*hidden, *passwords, *more) if value.strip()}))


def _looks_secret(name: str) -> bool:
    name = name.upper().replace("-", "_")
    return bool(_SECRET.search(name)) and not _PUBLIC.search(name)


def _is_path(value: str) -> bool:
    try:
        return value.startswith(("/", "~/", "./")) and os.path.exists(os.path.expanduser(value))
    except ValueError:  # contains NUL
        return False


def _password_in(value: str) -> Iterator[str]:
    """Yield the password of a URL, as written and percent-decoded."""
    if "://" not in value or "@" not in value:
        return
    from urllib.parse import unquote, urlsplit  # late: few variables are such a URL

    try:
        password = urlsplit(value.strip()).password
    except ValueError:
        return
    if password:
        yield password
        yield unquote(password)
