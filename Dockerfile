# To use another base, such as a mirror: --build-arg BASE=...
# It must have Python 3.11 or newer as `python3`, with `venv`.
ARG BASE=python:3.13-slim-bookworm

FROM ${BASE} AS build
WORKDIR /src
RUN python3 -m venv /build && python3 -m venv --without-pip /opt/plugin
# Dependencies are a separate layer, because they change less often than the program.
COPY requirements/image.lock requirements/build.lock requirements/
RUN /build/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/build.lock \
 && /build/bin/pip --python /opt/plugin/bin/python3 install --no-cache-dir --require-hashes --only-binary :all: \
      -r requirements/image.lock
COPY pyproject.toml README.md LICENSE ./
COPY plugin plugin
RUN /build/bin/pip wheel --no-deps --no-build-isolation --no-cache-dir --wheel-dir /wheel . \
 && /build/bin/pip --python /opt/plugin/bin/python3 install --no-cache-dir --no-deps --no-index /wheel/*.whl

FROM ${BASE}
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="drone-failure-alert" \
      org.opencontainers.image.description="Explains why a build of the Drone family failed" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.source="https://github.com/drone-failure-alert/drone-failure-alert" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /opt/plugin /opt/plugin
# Smoke test: the build fails if the program cannot start.
RUN ["/opt/plugin/bin/python3", "-I", "-B", "-m", "plugin", "--version"]
# One heap for all threads, so that the memory of one log is reused for the next.
ENV MALLOC_ARENA_MAX=1
# -I: nothing is imported from the working folder, which is the workspace and has files of the pull request.
# No USER: workspaces belong to root on every server of the family, and the summary file is written there.
ENTRYPOINT ["/opt/plugin/bin/python3", "-I", "-u", "-B", "-m", "plugin"]
