"""One client for each forge: comments, pull requests, commit statuses."""

from collections.abc import Mapping
from types import MappingProxyType

from plugin.forges.bitbucket import Bitbucket
from plugin.forges.bitbucket_dc import BitbucketDC
from plugin.forges.gitea import Gitea
from plugin.forges.github import GitHub
from plugin.forges.gitlab import GitLab
from plugin.forges.gogs import Gogs
from plugin.forges.harness import Harness
from plugin.forges.interface import Forge

FORGES: Mapping[str, type[Forge]] = MappingProxyType(
    {
        "github": GitHub,
        "gitea": Gitea,
        "forgejo": Gitea,
        "gogs": Gogs,
        "gitlab": GitLab,
        "bitbucket": Bitbucket,
        "bitbucket_dc": BitbucketDC,
        "harness": Harness,
    }
)
"""The forges by the values of setting `forge`."""
