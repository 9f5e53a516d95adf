"""The build context from CI variables and the settings that override them.

Pure functions of mappings: no file is read, no network is used. docs/servers.md describes the servers; where a
server's variables are misleading, the code says so.
"""

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from plugin.frozen import replace
from plugin.model.build import EarlierBuild, State
from plugin.model.context import BuildContext, CommitFacts

Variables = Mapping[str, str]


def read_context(environ: Variables, **overrides: str | int) -> BuildContext:
    """Return the context by the variables; `overrides` are fields from settings, empty values do not count.

    What the environment says about one build is not true for another: an overridden repository or build loses its
    page, its commit, its pull request and our own step.
    """
    context = _from(environ)
    overrides = {name: value for name, value in overrides.items() if value}
    same_build = all(
        overrides.get(name, getattr(context, name)) == getattr(context, name) for name in ("repo", "build")
    )
    if not same_build:
        context = _of_another_build(context, same_repo=overrides.get("repo", context.repo) == context.repo)
    if "server" in overrides:
        overrides["server"] = str(overrides["server"]).rstrip("/")
        context = replace(context, web_url=(context.web_url or context.server) if same_build else "")
    return replace(context, **overrides)  # type: ignore[arg-type]  # Settings have the fields' own types


def of_pull_request(context: BuildContext) -> bool:
    """Return whether the workspace of this build may contain changes of a pull request."""
    return context.pull_request is not None or context.event.startswith("pull_request")


def is_known_ci(environ: Variables) -> bool:
    """Return whether the variables are those of a step of a known CI."""
    return _kind(_set(environ)) is not None


def _set(environ: Variables) -> Variables:
    return {name: value.strip() for name, value in environ.items() if value.strip()}


def _from(environ: Variables) -> BuildContext:
    variables = _set(environ)
    kind = _kind(variables)
    if not kind:
        return BuildContext(workspace=variables.get("CI_WORKSPACE", ""))
    prefix = "CI" if kind.startswith("woodpecker") else "DRONE"
    return replace(_READERS[kind](variables), server_kind=kind, facts=_commit_facts(_getter(variables), prefix))


def _kind(variables: Variables) -> str | None:
    """Return the kind of the server by the name that it states: Woodpecker exports `DRONE_*` and Drone `CI_*`."""
    name = variables.get("CI_SYSTEM_NAME", variables.get("CI", ""))
    if "woodpecker" in (name, variables.get("CI")):
        return "woodpecker" if "CI_PIPELINE_NUMBER" in variables else "woodpecker015"
    if "drone" in (name, variables.get("CI")):
        return "drone08"
    if variables.get("DRONE") != "true":
        return None
    if "DRONE_REPO" not in variables and "DRONE_REPO_NAMESPACE" in variables:
        return "harness"
    if "DRONE_STAGE_NUMBER" in variables or "DRONE_SYSTEM_PROTO" in variables:
        return "drone"
    return "drone08" if "DRONE_JOB_NUMBER" in variables else None


def _drone08(variables: Variables) -> BuildContext:
    get = _getter(variables)
    repo, build = get("DRONE_REPO", "CI_REPO"), _number(get("DRONE_BUILD_NUMBER", "CI_BUILD_NUMBER"))
    link = get("DRONE_BUILD_LINK")
    server = get("CI_SYSTEM_LINK") or link.removesuffix(f"/{repo}/{build}")
    return BuildContext(
        server=server.rstrip("/"),
        server_version=get("CI_SYSTEM_VERSION", "DRONE_VERSION"),
        repo=repo,
        build=build,
        build_url=link,
        event=get("DRONE_BUILD_EVENT", "CI_BUILD_EVENT"),
        status=get("DRONE_BUILD_STATUS", "CI_BUILD_STATUS"),
        job=_number(get("DRONE_JOB_NUMBER", "CI_JOB_NUMBER")),
        commit=get("DRONE_COMMIT_SHA", "DRONE_COMMIT", "CI_COMMIT_SHA"),
        branch=get("DRONE_BRANCH", "DRONE_COMMIT_BRANCH", "CI_COMMIT_BRANCH"),
        source_branch=_before_colon(get("DRONE_COMMIT_REFSPEC", "CI_COMMIT_REFSPEC")) or get("DRONE_BRANCH"),
        default_branch=get("DRONE_REPO_BRANCH"),
        pull_request=_pull_request(get("DRONE_PULL_REQUEST", "CI_PULL_REQUEST"), get("DRONE_COMMIT_REF")),
        author_account=get("DRONE_COMMIT_AUTHOR", "CI_COMMIT_AUTHOR"),
        repo_url=get("DRONE_REPO_LINK", "CI_REPO_LINK", "DRONE_REMOTE_URL"),
        workspace=get("DRONE_WORKSPACE", "CI_WORKSPACE"),
    )


def _drone(variables: Variables) -> BuildContext:
    get = _getter(variables)
    host = get("DRONE_SYSTEM_HOST", "DRONE_SYSTEM_HOSTNAME")
    return BuildContext(
        server=f"{get('DRONE_SYSTEM_PROTO') or 'https'}://{host}" if host else "",
        server_version=get("DRONE_SYSTEM_VERSION"),
        repo=get("DRONE_REPO"),
        build=_number(get("DRONE_BUILD_NUMBER")),
        build_url=get("DRONE_BUILD_LINK"),
        event=get("DRONE_BUILD_EVENT"),
        status=get("DRONE_BUILD_STATUS"),
        job=_number(get("DRONE_STAGE_NUMBER")),
        job_name=get("DRONE_STAGE_NAME"),
        step=_number(get("DRONE_STEP_NUMBER")),
        step_name=get("DRONE_STEP_NAME"),
        commit=get("DRONE_COMMIT_SHA", "DRONE_COMMIT"),
        branch=get("DRONE_TARGET_BRANCH", "DRONE_BRANCH"),
        source_branch=get("DRONE_SOURCE_BRANCH", "DRONE_BRANCH"),
        default_branch=get("DRONE_REPO_BRANCH"),
        pull_request=_pull_request(get("DRONE_PULL_REQUEST"), get("DRONE_COMMIT_REF")),
        author_account=get("DRONE_COMMIT_AUTHOR"),
        repo_url=get("DRONE_REPO_LINK", "DRONE_GIT_HTTP_URL", "DRONE_REMOTE_URL"),
        workspace=get("DRONE_WORKSPACE"),
        card_path=get("DRONE_CARD_PATH"),
    )


def _harness(variables: Variables) -> BuildContext:
    """Return the context of Harness. No variable names the pipeline or the server's port: URLs contain both."""
    get = _getter(variables)
    drone = _drone({**variables, "DRONE_REPO": get("DRONE_REPO_NAMESPACE")})
    git = get("DRONE_GIT_HTTP_URL", "DRONE_REMOTE_URL")
    page = re.search(r"/pipelines/([^/]+)/execution/\d+/?$", get("DRONE_BUILD_LINK"))
    server = git.partition("/git/")[0] if "/git/" in git else ""
    web = _harness_web(drone.build_url, drone.repo, server)
    return replace(
        drone,
        server=server,
        server_version="",
        pipeline=unquote(page[1]) if page else "",
        build_url=drone.build_url if page else "",
        web_url=web,
        forge="harness",
        forge_url=server,
        repo_url=git.replace(server, web, 1) if web and server else git,
        author_account="",  # `DRONE_COMMIT_AUTHOR` is a display name
        card_path="",  # it is set, but this server drops the card
    )


def _harness_web(page: str, repo: str, server: str) -> str:
    """Return the address of the web pages; that of the repository is often one for containers only.

    `page` is whole for a pipeline file of `version: 1`, else `proto://host//12`: the port is likely that of `server`.
    """
    web = re.sub(r"//\d+/?$", "", page)
    if web == page:
        return page.partition(f"/{repo}/pipelines/")[0] if "/pipelines/" in page else ""
    port = re.search(r":\d+$", server)
    return web + port[0] if port and web.startswith("http://") else web


def _woodpecker(variables: Variables) -> BuildContext:
    """Return the context of Woodpecker: 0.15 says build, later versions pipeline.

    `DRONE_*` are copies, some of them wrong, so none is read. The status of 3.15 and later is that of our own
    workflow; 3.0 to 3.14 set none.
    """
    get = _getter(variables)
    server = get("CI_SYSTEM_URL", "CI_SYSTEM_LINK").rstrip("/")
    page = re.fullmatch(re.escape(server) + r"/repos/(\d+)/pipeline/\d+(?:/.*)?", get("CI_PIPELINE_URL"))
    return BuildContext(
        server=server,
        server_version=get("CI_SYSTEM_VERSION"),
        repo=get("CI_REPO"),
        repo_id=_number(page[1]) if page else None,
        build=_number(get("CI_PIPELINE_NUMBER", "CI_BUILD_NUMBER")),
        build_url=get("CI_PIPELINE_URL") if page else "",  # in 1.x it is the forge's page
        event=get("CI_PIPELINE_EVENT", "CI_BUILD_EVENT"),
        status=_woodpecker_status(variables),
        job=_number(get("CI_WORKFLOW_NUMBER", "CI_JOB_NUMBER")),
        job_name=get("CI_WORKFLOW_NAME"),
        step_name=get("CI_STEP_NAME"),  # `CI_STEP_NUMBER` is always 0
        commit=get("CI_COMMIT_SHA"),
        branch=get("CI_COMMIT_TARGET_BRANCH", "CI_COMMIT_BRANCH"),
        source_branch=get("CI_COMMIT_SOURCE_BRANCH", "CI_COMMIT_BRANCH"),
        default_branch=get("CI_REPO_DEFAULT_BRANCH"),
        pull_request=_pull_request(get("CI_COMMIT_PULL_REQUEST", "CI_PULL_REQUEST"), get("CI_COMMIT_REF")),
        changed_files=_changed_files(variables),
        author_account=get("CI_PIPELINE_AUTHOR", "CI_COMMIT_AUTHOR"),
        previous=_previous(variables),
        forge=get("CI_FORGE_TYPE").replace("-", "_"),
        forge_url=get("CI_FORGE_URL").rstrip("/"),
        repo_url=get("CI_REPO_URL", "CI_REPO_LINK", "CI_REPO_CLONE_URL"),
        workspace=get("CI_WORKSPACE"),
    )


def _changed_files(variables: Variables) -> tuple[str, ...]:
    """Return the files of `CI_PIPELINE_FILES`, a JSON list; it is empty or missing if there are more than 500."""
    try:
        files = json.loads(variables.get("CI_PIPELINE_FILES", "[]"))
    except (ValueError, RecursionError):
        return ()
    return tuple(files) if isinstance(files, list) and all(isinstance(path, str) for path in files) else ()


def _previous(variables: Variables) -> EarlierBuild | None:
    get = _getter(variables)
    number = _number(get("CI_PREV_PIPELINE_NUMBER", "CI_PREV_BUILD_NUMBER"))
    status = get("CI_PREV_PIPELINE_STATUS", "CI_PREV_BUILD_STATUS")
    if not (number and status in tuple(State)):
        return None
    return EarlierBuild(
        number,
        State(status),
        branch=get("CI_PREV_COMMIT_BRANCH"),
        event=get("CI_PREV_PIPELINE_EVENT", "CI_PREV_BUILD_EVENT"),
        commit=get("CI_PREV_COMMIT_SHA"),
        ref=get("CI_PREV_COMMIT_REF"),
    )


def _woodpecker_status(variables: Variables) -> str:
    if "CI_PIPELINE_NUMBER" not in variables:
        return variables.get("CI_BUILD_STATUS", "")
    version = re.match(r"v?3\.(\d{1,4})\b", variables.get("CI_SYSTEM_VERSION", ""))
    return "" if version and int(version[1]) < 15 else variables.get("CI_PIPELINE_STATUS", "")


_READERS = {
    "drone08": _drone08,
    "drone": _drone,
    "woodpecker015": _woodpecker,
    "woodpecker": _woodpecker,
    "harness": _harness,
}


def checkout(environment: BuildContext, context: BuildContext) -> str:
    """Return the workspace of this step if it has the files of the build that `context` names, else nothing."""
    own = (environment.repo, environment.build, environment.commit)
    return context.workspace if own == (context.repo, context.build, context.commit) else ""


def _of_another_build(context: BuildContext, *, same_repo: bool) -> BuildContext:
    kept = BuildContext(
        server=context.server,
        server_kind=context.server_kind,
        server_version=context.server_version,
        repo=context.repo,
        build=context.build,
        forge=context.forge,
        forge_url=context.forge_url,
        workspace=context.workspace,
        card_path=context.card_path,
    )
    if not same_repo:
        return kept
    return replace(
        kept,
        repo_id=context.repo_id,
        pipeline=context.pipeline,
        default_branch=context.default_branch,
        repo_url=context.repo_url,
    )


def _commit_facts(get: Callable[..., str], prefix: str) -> CommitFacts:
    """Return what the variables say about the commit; the names are those of all versions of a server."""
    return CommitFacts(
        author=get(f"{prefix}_COMMIT_AUTHOR_NAME", f"{prefix}_COMMIT_AUTHOR"),
        author_email=get(f"{prefix}_COMMIT_AUTHOR_EMAIL"),
        message=get(f"{prefix}_COMMIT_MESSAGE").partition("\n")[0],
        tag=get(f"{prefix}_TAG", f"{prefix}_COMMIT_TAG"),
        environment=get(f"{prefix}_DEPLOY_TO", f"{prefix}_PIPELINE_DEPLOY_TARGET", f"{prefix}_BUILD_DEPLOY_TARGET"),
    )


def _getter(variables: Variables) -> Callable[..., str]:
    """Return a function that returns the value of the first of several variables that has one, else nothing."""
    return lambda *names: next((variables[name] for name in names if name in variables), "")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _before_colon(refspec: str) -> str:
    """Return the source branch of a refspec: `feature:main` is from `feature` to `main`."""
    source, colon, _ = refspec.partition(":")
    return source if colon and not source.startswith("refs/") else ""


def _pull_request(number: str, ref: str) -> int | None:
    """Return the number, else that in the reference: `refs/pull/7/head`, Gitness `refs/pullreq/7/head` and so on."""
    found = re.match(r"refs/(?:pull|pullreq|merge-requests|pull-requests)/(\d{1,15})/", ref)
    return _number(number) or (int(found[1]) if found else None)
