"""The forge and the comment."""

from dataclasses import dataclass
from typing import Literal

from plugin.settings.fields._setting import setting

Forge = Literal["", "github", "gitea", "forgejo", "gogs", "gitlab", "bitbucket", "bitbucket_dc", "harness"]
CommentMention = Literal["none", "author"]
CommentOn = Literal["failure", "change", "always", "never"]
Fallback = Literal["none", "commit_comment", "status"]


@dataclass(frozen=True, kw_only=True)
class ForgeSettings:
    """The forge and the comment."""

    forge: Forge = setting("", "Kind of forge, if it cannot be detected from the environment.", example="gitea")
    forge_url: str = setting(
        "",
        "URL of the forge or its API, if it cannot be detected or the build network uses another one.",
        example="https://git.example.com",
        aliases=(
            "base_url",
            "api_url",
            "github_url",
            "gitea_url",
            "gitlab_url",
            "forgejo_url",
            "gogs_url",
            "bitbucket_url",
        ),
    )
    forge_token: str = setting(
        "",
        "Token of the forge account that writes the comment. Without it, there is no comment.",
        example="{from_secret: forge_token}",
        aliases=(
            "github_token",
            "gitea_token",
            "gitlab_token",
            "forgejo_token",
            "gogs_token",
            "bitbucket_token",
            "comment_token",
            "api_key",
            "api_token",
        ),
        secret=True,
    )
    comment_on: CommentOn = setting(
        "failure",
        "When to comment. `failure`: on a failure and when it is fixed; `change`: only when the result changes.",
        example="change",
    )
    comment_key: str = setting(
        "",
        "Name that separates the comments of several pipelines on one pull request.",
        example="nightly",
        aliases=("key", "comment_title"),
    )
    comment_size: int = setting(
        0,
        "Maximum size of the comment, in characters or bytes as the forge counts them; 0 for the forge's own limit.",
        example="20000",
    )
    recreate: bool = setting(
        False,
        "Write a new comment for each change and delete the old one, which notifies people again.",
        example="true",
    )
    comment_mention: CommentMention = setting(
        "none",
        "Whom the first comment on a failed pull request mentions, so that the forge notifies them: `author`, the "
        "author of the build. Not on Bitbucket Cloud and Harness.",
        example="author",
    )
    find_pull_request: bool = setting(
        False, "For a push, look for the open pull request of its commit or branch.", example="true"
    )
    fallback: Fallback = setting(
        "none", "Without a pull request, comment on the commit or set its status.", example="status"
    )
