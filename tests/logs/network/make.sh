#!/bin/bash
# Logs of tools that meet a bad network: names that do not resolve, closed ports, bad certificates, slow and failing servers.
# All servers run here, on 127.0.0.1; .invalid never resolves (RFC 6761).
set -u
. "$(dirname "$0")/../step.sh"

servers() {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out self.pem -days 30 -subj /CN=registry.example.com 2>/dev/null
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key2.pem -out name.pem -days 30 -subj /CN=other.example.com -addext subjectAltName=DNS:other.example.com 2>/dev/null
    cat >old.cnf <<'E'
[ca]
default_ca = d
[d]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = p
[p]
commonName = supplied
E
    touch index.txt && echo 01 >serial
    openssl req -newkey rsa:2048 -nodes -keyout key3.pem -out old.csr -subj /CN=localhost 2>/dev/null
    openssl ca -config old.cnf -batch -notext -keyfile key3.pem -selfsign -in old.csr -out old.pem -startdate 200101000000Z -enddate 210101000000Z 2>/dev/null
    cat >servers.py <<'E'
import http.server, ssl, threading, time
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if "slow" in self.path:
            time.sleep(5)
        status = 503 if "busy" in self.path else 429 if "limit" in self.path else 403 if "secret" in self.path else 404
        if "cut" in self.path:
            self.send_response(200); self.send_header("Content-Length", "100000"); self.end_headers()
            self.wfile.write(b"half"); self.connection.close(); return
        self.send_response(status); self.send_header("Content-Length", "0"); self.end_headers()
    def log_message(self, *_): pass
def serve(port, cert=None, key=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Answer)
    if cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); context.load_cert_chain(cert, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever).start()
serve(18090); serve(18091, "self.pem", "key.pem"); serve(18092, "name.pem", "key2.pem"); serve(18093, "old.pem", "key3.pem")
E
    python3 servers.py 2>/dev/null & SERVER=$!
    sleep 1
}

downloads() {
    project downloads; servers
    step curl-dns <<'E'
curl -fsSL https://downloads.invalid/tool.tar.gz -o tool.tar.gz
E
    step curl-refused <<'E'
curl --fail --silent --show-error http://127.0.0.1:9/health
E
    step curl-404 <<'E'
curl -fsSLO http://127.0.0.1:18090/tool-1.2.tar.gz
E
    step curl-503-retry <<'E'
curl -fS --retry 2 --retry-delay 1 -o out http://127.0.0.1:18090/busy
E
    step curl-self-signed <<'E'
curl -fsS https://127.0.0.1:18091/
E
    step curl-expired <<'E'
curl -fsS --cacert old.pem https://localhost:18093/
E
    step curl-wrong-host <<'E'
curl -fsS --cacert name.pem https://localhost:18092/
E
    step curl-timeout <<'E'
curl -fsS --max-time 1 http://127.0.0.1:18090/slow
E
    step curl-cut-pipe <<'E'
curl -fsSL http://127.0.0.1:18090/cut | tar xz
E
    step wget-404 <<'E'
wget -nv http://127.0.0.1:18090/tool-1.2.tar.gz
E
    step wget-dns <<'E'
wget https://downloads.invalid/tool.tar.gz
E
    step wget-self-signed <<'E'
wget -q --tries=1 https://127.0.0.1:18091/tool.tar.gz || wget --tries=1 https://127.0.0.1:18091/tool.tar.gz
E
    step pip-dns <<'E'
env -i PATH="$PATH" pip install --no-cache-dir --isolated --disable-pip-version-check --retries 1 --timeout 2 --index-url https://registry.invalid/simple requests-again
E
    step npm-refused <<'E'
npm install --no-audit --no-fund --fetch-retries 0 --registry http://127.0.0.1:9/ left-pad
E
    step npm-self-signed <<'E'
npm install --no-audit --no-fund --fetch-retries 0 --registry https://127.0.0.1:18091/ left-pad
E
    step python-requests-certificate <<'E'
python3 -c "import urllib.request; print('fetching prices'); urllib.request.urlopen('https://127.0.0.1:18091/')"
E
    step node-fetch-refused <<'E'
node -e "require('http').get('http://127.0.0.1:9/')"
E
    step go-proxy-refused <<'E'
go mod init example.com/shop
GOFLAGS=-mod=mod GOPROXY=http://127.0.0.1:9 GONOSUMDB=* go get example.com/pricing@v1.2.0
E
    step cargo-network <<'E'
cargo init --quiet --name shop --vcs none .
CARGO_NET_RETRY=0 CARGO_REGISTRIES_INTERNAL_INDEX=sparse+http://127.0.0.1:9/ cargo add --registry internal pricing
E
    step ssh-refused <<'E'
ssh -o BatchMode=yes -p 9 deploy@127.0.0.1 uptime
E
    step wait-for-it-timeout <<'E'
timeout 2 sh -c 'until curl -s http://127.0.0.1:9/health; do echo "waiting for the api"; sleep 0.5; done'
E
    step curl.green <<'E'
curl -sS -o /dev/null -w "%{http_code} errors: 0" http://127.0.0.1:18090/error
E
    kill $SERVER
}

packages() {
    project packages
    step apt-package-missing <<'E'
apt-get install -y --no-install-recommends libfoo-imaginary-dev curl
E
    mkdir -p lists/partial cache
    echo 'deb [trusted=yes] http://127.0.0.1:9/debian bookworm main' >sources.list
    step apt-update-refused <<E
apt-get -o Dir::Etc::sourcelist=$PWD/sources.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$PWD/lists -o APT::Update::Error-Mode=any update
E
    step apt-version-missing <<'E'
apt-get install -y curl=99.1-1
E
    step dpkg-bad-archive <<'E'
head -c 3000 /dev/urandom > tool.deb
dpkg -i tool.deb
E
    step tar-bad-archive <<'E'
echo '<html>404 Not Found</html>' > tool.tar.gz
tar xzf tool.tar.gz
E
    step checksum-mismatch <<'E'
echo "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08  tool.tar.gz" > tool.tar.gz.sha256
sha256sum -c tool.tar.gz.sha256
E
    step gpg-verify <<'E'
echo notes > notes.txt
gpg --batch --keyserver hkp://127.0.0.1:9 --recv-keys 0123456789ABCDEF
E
    step packages.green <<'E'
apt-get install -y --no-install-recommends curl
dpkg -s curl | head -3
E
}

CASES='downloads packages'
for case in ${@:-$CASES}; do "$case"; done
