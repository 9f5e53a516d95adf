#!/bin/bash
# Red and green logs of git, against repositories on this machine only.
set -u
. "$(dirname "$0")/../step.sh"
export GIT_CONFIG_GLOBAL=/dev/null GIT_TERMINAL_PROMPT=0 GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.com GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.com

origin() { # a bare repository with two branches that disagree
    project "$1"
    git init -q -b main seed && cd seed
    printf 'name: shop\nprice: 1\n' >config.yml
    git add . && git commit -qm 'Start'
    git checkout -qb feature && sed -i 's/price: 1/price: 2/' config.yml && git commit -qam 'Raise the price'
    git checkout -q main && sed -i 's/price: 1/price: 3/' config.yml && git commit -qam 'Raise it more: fix error in import'
    cd .. && git clone -q --bare seed origin.git && mkdir work && cd work
}

git_green() {
    origin green
    step git-clone.green <<'E'
git clone --progress ../origin.git .
git fetch --prune origin +refs/heads/main:
git checkout --force -b build origin/main
git log --oneline -1
E
}

git_merge() {
    origin merge
    step git-merge-conflict <<'E'
git clone ../origin.git .
git checkout -b feature origin/feature
git merge origin/main
E
    cd .. && rm -rf work && mkdir work && cd work
    step git-rebase-conflict <<'E'
git clone -q ../origin.git .
git checkout -q -b feature origin/feature
git rebase origin/main
E
    cd .. && rm -rf work && mkdir work && cd work
    step git-push-rejected <<'E'
git clone -q ../origin.git .
git checkout -q -b main-again origin/feature
git push origin HEAD:main
E
    cd .. && rm -rf work && mkdir work && cd work
    step git-branch-missing <<'E'
git init
git remote add origin ../origin.git
git fetch --no-tags origin +refs/heads/release/2.0:
E
    step git-unknown-revision <<'E'
git fetch -q origin main
git reset -q --hard FETCH_HEAD
git diff --stat v1.2.0..HEAD
E
    step git-bad-object <<'E'
git reset --hard 4b825dc642cb6eb9a060e54bf8d69288fbee4905
E
    step git-pathspec <<'E'
git checkout release-2.0
E
    cd .. && rm -rf work && mkdir work && cd work
    step git-clone-branch-missing <<'E'
git clone --branch=release-2.0 --depth=1 "file://$PWD/../origin.git" .
E
    git clone -q "file://$PWD/../origin.git" . --depth 1
    step git-describe-shallow <<'E'
git describe --tags --always --abbrev=8
git describe --tags
E
    echo 'price: 9' >>config.yml
    step git-dirty-tree <<'E'
git diff --exit-code
E
}

git_access() {
    project access
    step git-not-a-repository <<'E'
cd /
git status --short
E
    step git-https-unreachable <<'E'
git clone https://git.invalid/example/shop.git
E
    step git-ssh-unreachable <<'E'
git clone ssh://git@127.0.0.1:9/example/shop.git
E
    python3 - <<'E' &
import http.server
class Forge(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if "private" in self.path:
            self.send_response(401); self.send_header("WWW-Authenticate", 'Basic realm="git"')
        elif "busy" in self.path:
            self.send_response(503)
        else:
            self.send_response(404)
        self.send_header("Content-Length", "0"); self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", 18081), Forge).serve_forever()
E
    local server=$!
    sleep 1
    step git-auth-no-prompt <<'E'
git clone http://127.0.0.1:18081/private/shop.git
E
    step git-auth-failed <<'E'
git clone http://ci:wrong@127.0.0.1:18081/private/shop.git
E
    step git-repository-not-found <<'E'
git clone http://127.0.0.1:18081/example/shop.git
E
    step git-server-error <<'E'
git clone http://127.0.0.1:18081/busy/shop.git
E
    kill $server
}

git_submodule() {
    origin submodule
    git clone -q ../origin.git . && printf '[submodule "vendor/lib"]\n\tpath = vendor/lib\n\turl = ../../gone.git\n' >.gitmodules
    git update-index --add --cacheinfo 160000,4b825dc642cb6eb9a060e54bf8d69288fbee4904,vendor/lib
    git add .gitmodules && git commit -qm 'Vendor the library'
    step git-submodule-missing <<'E'
git submodule update --init --recursive
E
    git config user.name ''
    mkdir dubious && cd dubious && git init -q && chown -R nobody . && cd ..
    step git-dubious-ownership <<'E'
git -C dubious log -1
E
}

CASES='git_green git_merge git_access git_submodule'
for case in ${@:-$CASES}; do "$case"; done
