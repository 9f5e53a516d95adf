"""Fake forges on 127.0.0.1, as strict as the real ones: `with FAKES["gitea"]() as forge: … forge.url`."""

from collections.abc import Mapping

from tests.fakes.forges.bitbucket import BitbucketFake
from tests.fakes.forges.bitbucket_dc import BitbucketDCFake
from tests.fakes.forges.gitea import ForgejoFake, GiteaFake
from tests.fakes.forges.github import GitHubFake
from tests.fakes.forges.gitlab import GitLabFake
from tests.fakes.forges.gogs import GogsFake
from tests.fakes.forges.harness import HarnessFake
from tests.fakes.forges.server import BROKEN, SILENCE, SILENT, Comment, FakeForge, Pull, Reply, Request

__all__ = ["BROKEN", "FAKES", "SILENCE", "SILENT", "Comment", "FakeForge", "Pull", "Reply", "Request"]

FAKES: Mapping[str, type[FakeForge]] = {
    fake.kind: fake
    for fake in (
        GitHubFake,
        GiteaFake,
        ForgejoFake,
        GogsFake,
        GitLabFake,
        BitbucketFake,
        BitbucketDCFake,
        HarnessFake,
    )
}
