"""Check setting `ca_bundle` before it is used: the TLS library does not say what is wrong with it."""

import os


def certificate_file(text: str) -> str:
    """Return the path of a PEM file, or of a folder that OpenSSL can use. Raise ValueError that says what is wrong."""
    if "-----BEGIN" in text:
        raise ValueError("must be the path of a PEM file, not its text")
    try:
        if os.path.isdir(text):  # noqa: PTH112 — pathlib's raises without permission
            return _certificate_folder(text)
        _load(text)
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror or error}") from None
    return text


def _certificate_folder(path: str) -> str:
    if not any(name.endswith(".0") for name in os.listdir(path)):  # noqa: PTH208 — no pathlib for one listing
        raise ValueError("must be a PEM file; a folder needs the links that `openssl rehash` makes")
    return path


def _load(path: str) -> None:
    import ssl  # late: 10 ms, and the setting is rare

    with open(path, "rb"):  # noqa: PTH123 — names the reason that the TLS library hides
        pass
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        raise ValueError("must be a PEM file with certificates, and this file contains none that can be read") from None
