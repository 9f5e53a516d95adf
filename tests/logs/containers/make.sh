#!/bin/bash
# Logs of container tools: the Docker client without a daemon, and buildah (Debian) building from a root file system of busybox.
set -u
. "$(dirname "$0")/../step.sh"
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=vfs

docker_cases() {
    project docker
    printf 'FROM scratch\nCOPY app /app\n' >Dockerfile
    step docker-no-daemon <<'E'
docker build -t registry.example.com/shop:1.4 .
E
    step docker-push-no-daemon <<'E'
docker push registry.example.com/shop:1.4
E
    step docker-compose-bad <<'E'
docker compose -f missing.yml up -d
E
}

buildah_cases() {
    project buildah
    mkdir -p root/bin root/etc && cp "$(command -v busybox)" root/bin/ && for tool in sh ls cat false echo; do ln -s busybox root/bin/$tool; done
    echo root:x:0:0:root:/:/bin/sh >root/etc/passwd
    printf 'FROM scratch\nADD root /\nRUN echo "0 errors" && ls /bin\n' >Dockerfile
    step buildah.green <<'E'
buildah build -t shop-base .
E
    printf 'FROM localhost/shop-base\nRUN echo installing && make install\nCMD ["/app"]\n' >Dockerfile
    step buildah-run-failed <<'E'
buildah build -t shop .
E
    printf 'FROM localhost/shop-base\nCOPY dist/app.tar /app.tar\n' >Dockerfile
    step buildah-copy-missing <<'E'
buildah build -t shop .
E
    printf 'FROM registry.invalid/shop/base:2\nRUN ls\n' >Dockerfile
    step buildah-registry-dns <<'E'
buildah build --retry 0 -t shop .
E
    printf 'FROM localhost/shop-base\nRUNN ls\n' >Dockerfile
    step buildah-bad-instruction <<'E'
buildah build -t shop .
E
    buildah rmi --all --force >/dev/null 2>&1
}

CASES='docker_cases buildah_cases'
for case in ${@:-$CASES}; do "$case"; done
