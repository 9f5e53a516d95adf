"""Requests to the API of a real server."""

from typing import Any

import requests


def call(url: str, token: str, method: str, path: str, body: object = None) -> Any:
    """Send a request to a path below `url` and return the answer. Raise RuntimeError for a refusal."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = requests.request(method, f"{url}/{path}", json=body, headers=headers, timeout=30)
    if not answer.ok:
        raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
    return answer.json() if answer.content and answer.status_code != 204 else None
