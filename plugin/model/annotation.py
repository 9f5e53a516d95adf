"""What a forge shows at lines of the source: a report on a commit, with annotations."""

from plugin.frozen import frozen
from plugin.model.comment import Outcome


@frozen
class Annotation:
    """A remark at a line of a file, as plain text."""

    path: str
    line: int
    title: str
    message: str


@frozen
class AnnotationReport:
    """All remarks of a build on one commit."""

    name: str
    """Identifies the report of this pipeline among those of the commit."""
    outcome: Outcome
    title: str
    """The result in one line of plain text."""
    summary: str
    """The failures as Markdown, one line for each."""
    url: str
    """The build's web page, or empty."""
    annotations: tuple[Annotation, ...] = ()
