"""Trials against real servers: `make try-real` builds what the registries serve and runs these tests.

Gitea comes from the Go module proxy. The CI servers do not; build them from their public repositories and name the
programs: `REAL_WOODPECKER_SERVER` and `REAL_WOODPECKER_AGENT`, `REAL_DRONE_SERVER` and `REAL_DRONE_RUNNER_EXEC`,
`REAL_HARNESS` (which needs Git 2.42 or newer in `PATH`). A test whose server is not there is skipped by name.
Pipelines of Harness, and of Drone's Docker runner (`REAL_DRONE_RUNNER_DOCKER`), need `DOCKER_HOST` and the image, too.
"""
