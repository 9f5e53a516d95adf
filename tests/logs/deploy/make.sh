#!/bin/bash
# Logs of steps that deploy: ssh, scp and rsync against an sshd on this machine, cloud command lines without credentials.
# Needs: Debian's openssh-server and rsync; awscli from PyPI (folder in TOOLS); gcloud where it is installed.
set -u
. "$(dirname "$0")/../step.sh"
export PATH="${TOOLS:-/tmp/tools/bin}:$PATH" HOME="$WORK/home" AWS_EC2_METADATA_DISABLED=true AWS_PAGER= AWS_MAX_ATTEMPTS=1
mkdir -p "$HOME"

ssh_cases() {
    project ssh
    ssh-keygen -q -t ed25519 -N '' -f host && ssh-keygen -q -t ed25519 -N '' -f key && ssh-keygen -q -t ed25519 -N '' -f other
    cp key.pub authorized && chmod 600 authorized && mkdir -p /run/sshd
    printf 'Port 18022\nListenAddress 127.0.0.1\nHostKey %s/host\nAuthorizedKeysFile %s/authorized\nPasswordAuthentication no\nStrictModes no\nPidFile %s/pid\nUsePAM no\nPermitRootLogin yes\n' "$PWD" "$PWD" "$PWD" >config
    /usr/sbin/sshd -f "$PWD/config"
    sleep 1
    echo 'price=1' >shop.conf
    SSH="ssh -o BatchMode=yes -o UserKnownHostsFile=known -p 18022"
    step ssh-host-key <<E
$SSH -i key root@127.0.0.1 uptime
E
    step ssh-key-refused <<E
$SSH -o StrictHostKeyChecking=no -i other root@127.0.0.1 systemctl restart shop
E
    step ssh-remote-command <<E
$SSH -i key root@127.0.0.1 'set -e; echo "stopping shop, 0 errors"; cat /opt/shop/current/VERSION; echo started'
E
    step scp-target-missing <<E
scp -q -P 18022 -o BatchMode=yes -o UserKnownHostsFile=known -i key shop.conf root@127.0.0.1:/opt/shop/releases/
E
    step rsync-target-missing <<E
rsync -az -e "$SSH -i key" shop.conf root@127.0.0.1:/opt/shop/releases/1/
E
    step rsync-source-missing <<E
rsync -az -e "$SSH -i key" dist/ root@127.0.0.1:/tmp/
E
    step ssh.green <<E
$SSH -i key root@127.0.0.1 'echo "failed units: 0"'
E
    step ssh-key-file <<E
echo "not a key" > deploy_key
chmod 600 deploy_key
$SSH -i deploy_key root@127.0.0.1 uptime
E
    kill "$(cat pid)"
}

cloud_cases() {
    project cloud
    mkdir dist && echo page >dist/index.html
    step aws-no-credentials <<'E'
aws s3 sync dist s3://shop-site --delete
E
    step aws-endpoint <<'E'
AWS_ACCESS_KEY_ID=key AWS_SECRET_ACCESS_KEY=secret aws --region eu-west-1 --endpoint-url http://127.0.0.1:9 s3 cp dist/index.html s3://shop-site/
E
    step aws-no-region <<'E'
AWS_ACCESS_KEY_ID=key AWS_SECRET_ACCESS_KEY=secret aws ecs update-service --cluster shop --service web --force-new-deployment
E
    step aws-usage <<'E'
aws s3 synch dist s3://shop-site
E
    python3 - <<'E' &
import http.server
class S3(http.server.BaseHTTPRequestHandler):
    def answer(self):
        body = b'<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(403); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
    do_GET = do_PUT = do_POST = answer
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", 18094), S3).serve_forever()
E
    local server=$!
    sleep 1
    step aws-access-denied <<'E'
AWS_ACCESS_KEY_ID=key AWS_SECRET_ACCESS_KEY=secret aws --region eu-west-1 --endpoint-url http://127.0.0.1:18094 s3 cp dist/index.html s3://shop-site/
E
    kill $server
    if command -v gcloud >/dev/null; then
        step gcloud-no-account <<'E'
gcloud --quiet run deploy shop --image registry.example.com/shop:1 --project shop --region europe-west1
E
    fi
}

CASES='ssh_cases cloud_cases'
for case in ${@:-$CASES}; do "$case"; done
