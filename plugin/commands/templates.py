"""The user's templates: where each comes from, and the text that it makes of a report.

Nothing is imported for a run without templates.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Literal
from urllib.parse import urlsplit

from plugin.commands.clients import forge_client, make_client_factory
from plugin.errors import ForgeError, PluginError
from plugin.http.deadline import Deadline
from plugin.model.context import BuildContext
from plugin.model.message import Message
from plugin.model.report import Report
from plugin.settings.schema import Settings

_SECONDS = 10.0
"""For reading and rendering one template."""
_PLAIN = ("message",)
"""Texts that are no Markdown."""


class Templates:
    """The templates of the settings. A broken one is reported once, and the built-in text is used."""

    def __init__(
        self, settings: Settings, context: BuildContext, deadline: Deadline, complain: Callable[[PluginError], None]
    ) -> None:
        """Read nothing yet. `complain` gets the error of each broken template."""
        self._settings = settings
        self._context = context
        self._deadline = deadline
        self._complain = complain
        self._sources: dict[str, str] = {}
        self._broken: set[str] = set()

    @cached_property
    def _named(self) -> Mapping[str, str]:
        if not self._settings.template:
            return {}
        from plugin.settings.templates import templates

        return templates(self._settings.template)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the texts that have a template."""
        return tuple(self._named)

    def text(self, name: str, report: Report) -> str | None:
        """Return the text that a template makes of the report; None where there is none, or it is broken."""
        if name not in self._named or name in self._broken:
            return None
        from plugin.render import json as json_format
        from plugin.templates.render import TemplateError, render

        try:
            if name not in self._sources:
                self._sources[name] = self._source(self._named[name])
            syntax: Literal["markdown", "plain"] = "plain" if name in _PLAIN else "markdown"
            values = json.loads(json_format.render(report))
            return render(self._sources[name], values, syntax, self._deadline.capped(_SECONDS).remaining())
        except PluginError as error:
            self._broken.add(name)
            self._complain(
                TemplateError(Message("template `{name}`: {error}; the built-in text is used", name=name, error=error))
            )
            return None

    def _source(self, value: str) -> str:
        """Return the template: the text itself, or what its URL or its path at the target branch has."""
        from plugin.templates.render import TemplateError

        if "\n" in value or "{{" in value or "{%" in value:
            return value
        if value.startswith("http:"):
            raise TemplateError(Message("its URL must begin with https"))
        content = self._fetched(value) if value.startswith("https:") else self._at_target_branch(value)
        return content.decode("utf-8", "replace")

    def _fetched(self, url: str) -> bytes:
        """Return what the URL has, without sending a token."""
        parts = urlsplit(url)
        factory = make_client_factory(self._settings, self._deadline.capped(_SECONDS), ForgeError, "template")
        return factory(f"https://{parts.netloc}", {}).get(url, media_type="*/*").body

    def _at_target_branch(self, path: str) -> bytes:
        from plugin.forges.interface import ReadsFiles
        from plugin.templates.render import TemplateError

        branch = self._context.branch
        forge = forge_client(self._settings, self._context, self._deadline.capped(_SECONDS))
        if not (branch and isinstance(forge, ReadsFiles)):
            raise TemplateError(
                Message(
                    "{path} is read at the target branch through the forge's API, which needs `forge_token`, the "
                    "forge and the branch",
                    path=path,
                )
            )
        content = forge.file(path.removeprefix("./"), branch)
        if content is None:
            raise TemplateError(
                Message("branch {branch} has no file {path}, or it is too large", branch=branch, path=path)
            )
        return content
