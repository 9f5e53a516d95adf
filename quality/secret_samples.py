"""Make lines with a secret, and lines that only look so, from a seed: spellings × names × kinds of values.

Nothing here comes from the rules of plugin/logs: what both had in common, a figure could not judge.
"""

import random
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass

LETTERS = {
    "A": string.ascii_letters + string.digits,
    "a": string.ascii_lowercase + string.digits,
    "U": string.ascii_uppercase + string.digits,
    "x": string.digits + "abcdef",
    "X": string.digits + "ABCDEF",
    "d": string.digits,
    "w": string.ascii_letters + string.digits + "_-",
    "b": string.ascii_letters + string.digits + "+/",
    "p": string.ascii_letters + string.digits + "!#%*+-.?@_~",
}
_DRAWN = re.compile(r"\{([AaUxXdwbp])(\d+)\}")

TOKENS = """
ghp_{A36}  gho_{A36}  ghs_{A36}  ghu_{A36}  ghr_{A36}  github_pat_{A22}_{A59}  glpat-{w20}  glptt-{x40}  gldt-{w20}  glrt-{w20}
glcbt-{x2}_{w20}  glft-{w20}  glagent-{w50}  GR1348941{w20}  ATATT3{w180}  ATBB{A32}  AKIA{U16}  ASIA{U16}  ABIA{U16}  AIza{w35}
ya29.{w60}  GOCSPX-{w28}  {A3}8Q~{A34}  dop_v1_{x64}  doo_v1_{x64}  dor_v1_{x64}  HRKU-AA{w58}  LTAI{a20}  v1.0-{x24}-{x146}
fm2_{b120}  fo1_{w43}  pscale_tkn_{A43}  pscale_pw_{A43}  pul-{x40}  tskey-auth-{A12}-{A32}  hvs.{w95}  hvb.{w150}  {a14}.atlasv1.{w66}
dp.pt.{A43}  AGE-SECRET-KEY-1{U58}  npm_{A36}  pypi-AgEIcHlwaS5vcmc{w120}  rubygems_{x48}  dckr_pat_{w27}  AKCp{A69}  cmVmdGtu{A56}
CLOJARS_{a60}  squ_{x40}  sqp_{x40}  pnu_{A36}  PMAK-{x24}-{x34}  NRAK-{U27}  NRJS-{x19}  NRII-{w32}  sntryu_{x64}  glsa_{A32}_{x8}
glc_{A80}  eyJrIjoi{A90}  sk_live_{A24}  rk_test_{A24}  sk_test_{A30}  whsec_{A32}  sq0atp-{w22}  EAAA{w60}  shpat_{x32}  shpss_{x32}
xoxb-{d12}-{d12}-{A24}  xoxp-{d12}-{d12}-{d12}-{x32}  xapp-1-{U11}-{d13}-{x64}  xoxe-1-{U146}  xoxr-{a30}
https://hooks.slack.com/services/T{U8}/B{U8}/{A24}  https://discord.com/api/webhooks/{d18}/{w68}
https://acme.webhook.office.com/webhookb2/{x8}-{x4}-{x4}-{x4}-{x12}@{x8}-{x4}-{x4}-{x4}-{x12}/IncomingWebhook/{x32}/{x8}-{x4}-{x4}-{x4}-{x12}
{d10}:AA{w33}  SK{x32}  SG.{w22}.{w43}  key-{x32}  {x32}-us14  lin_api_{A40}  ntn_{d11}{A35}  figd_{w44}  sk-ant-api03-{w93}AA
sk-ant-admin01-{w93}AA  sk-proj-{A74}T3BlbkFJ{A74}  sk-{A20}T3BlbkFJ{A20}  hf_{A34}  api_org_{A34}  dapi{x32}  gsk_{A52}  r8_{A37}
pplx-{A48}  xai-{A80}  p8e-{a32}  pat{A14}.{x64}  ABSK{b132}  4b1d{A38}  dnkey-{a26}-{a52}  duffel_test_{w43}  dt0c01.{U24}.{U64}
EZAK{a54}  EZTK{a54}  FLWSECK_TEST-{x32}-X  FLWPUBK_TEST-{x32}-X  fio-u-{w64}  pat.{w22}.{a24}.{A20}  ico-{A32}  s-s4t2ud-{x64}
{A6}_{A29}_mmk  API-{U26}  sha256~{w43}  rdme_{a70}  tk-us-{w48}  xkeysib-{x64}-{a16}  sm_pat_{A16}  sm_aat_{A16}  shippo_live_{x40}
sgp_{x40}  sgp_{x16}_{x40}  tfp_{w59}  AQVN{w36}  t1.{w60}.{w86}  A3-{U6}-{U6}-{U5}-{U5}-{U5}-{U5}  ops_eyJ{A260}
eyJhbGciOiJIUzI1NiJ9.eyJ{A60}.{w43}  pk.eyJ{A57}.{w22}  access-sandbox-{x8}-{x4}-{x4}-{x4}-{x12}  nfp_{A40}  sbp_{x40}
bkua_{x40}  CCIPAT_{A22}_{x40}  phx_{A43}  nvapi-{w64}  tvly-{A32}  sk-or-v1-{x64}  lsv2_pt_{x32}_{x10}  rzp_live_{A14}
cio{A32}  oy2{a43}  dckr_oat_{w32}  shpca_{x32}  pat-na1-{x8}-{x4}-{x4}-{x4}-{x12}  {x32}-{x8}-{x8}|mailgun
""".split()
"""Values that are secrets by themselves, whatever they are called."""

VALUES = "{a17} {a20} {A24} {x32} {A32} {w32} {a36} {x40} {A40} {b40} {w43} {a50} {x64} {A64} {b64}== {b86}== {p14} {p20} {A16} {a30}".split()
"""Values that are secrets by their name only."""
UUID = "{x8}-{x4}-{x4}-{x4}-{x12}"

VENDORS = """
adafruit airtable algolia alibaba asana atlassian beamer bitbucket bittrex cloudflare codecov cohere coinbase confluent contentful
datadog discord droneci dropbox etsy fastly finicity finnhub flickr freshbooks gitter heroku hubspot intercom jfrog jira kraken kucoin
launchdarkly linear linkedin looker mailchimp mailgun mapbox mattermost messagebird netlify newrelic nytimes okta plaid rapidapi
sendbird sentry snyk sonar sourcegraph squarespace sumologic telegram travis twitch twitter typeform yandex zendesk
""".split()
SUFFIXES = "token,api_key,secret,access_token,client_secret,secret_key,auth_token,api_token,access_key,api_secret,key,password".split(",")
OWN_NAMES = """
db_password database_password api_key apikey access_token auth_token client_secret secret_access_key secret_key secret token password
passwd db_pass smtp_password encryption_key signing_secret private_token deploy_token session_secret jwt_secret webhook_secret
admin_password root_password registry_password vault_token storage_account_key service_password app_secret consumer_secret
""".split()

SPELLINGS = (
    "{n} = {v}", "{n}={v}", '{n} = "{v}"', '{n}="{v}"', "{n} = '{v}'", "{n}: {v}", '{n}: "{v}"', "{n}: '{v}'", '"{n}": "{v}"',
    "'{n}': '{v}'", '{n} := "{v}"', "{n} := `{v}`", '{n} ?= "{v}"', "{n} ?= {v}", '{n} ::= "{v}"', '{n} :::= "{v}"',
    'var {n} string = "{v}"', 'const {n} = "{v}";', 'let {n}: string = "{v}";', 'let {n}: &str = "{v}";', 'val {n}: String = "{v}"',
    'String {n} = "{v}";', 'string {n} = @"{v}";', 'std::string {n} = "{v}";', 'const char *{n} = "{v}";', 'char {n}[] = "{v}";',
    'private static final String {n} = "{v}";', '${n} = "{v}";', '${n} .= "{v}"', "${n} = '{v}';", '${{n}} = "{v}"',
    "'{n}' => '{v}',", '"{n}" => "{v}"', ':{n} => "{v}"', '{n}: String("{v}")', "<{n}>{v}</{n}>", "<{n}>\n    {v}\n</{n}>",
    '<add key="{n}" value="{v}" />', "<key>{n}</key>\n<string>{v}</string>", '<property name="{n}" value="{v}"/>',
    'System.setProperty("{n}", "{v}")', "System.setProperty('{n}','{v}')", 'os.environ["{n}"] = "{v}"', 'process.env.{n} = "{v}"',
    "os.Setenv(\"{n}\", \"{v}\")", 'config.set("{n}", "{v}")', 'client = Client({n}="{v}")', "export {n}={v}", 'export {n}="{v}"',
    "set {n}={v}", "setx {n} {v}", "$env:{n} = '{v}'", "- {n}={v}", "-e {n}={v} \\", "ENV {n}={v}", 'ARG {n}="{v}"',
    "--{n}={v}", "--{n} {v}", "-D{n}={v}", "-P{n}={v}", "-Dsonar.login={v}", "docker run -e {n}={v} app", '#define {n} "{v}"',
    "+ {n}={v} make deploy", "[DEBUG] {n}: {v}", "12:00:01 INFO using {n}={v}", "{{\"{n}\":\"{v}\"}}", '{{\\"{n}\\": \\"{v}\\"}}',
    '"body": "{{\\n  \\"{n}\\": \\"{v}\\"\\n}}"', "- name: {n}\n  value: {v}", '"name": "{n}",\n  "value": "{v}"',
    "{n}: |\n  {v}", "{n}: >-\n  {v}", "{n} <- \"{v}\"", "{n} || '{v}'", "https://example.org/hook?{n}={v}&page=2", "{n}: !secret {v}",
    'set({n} "{v}")', "{n}\t=\t{v}", "{n}={v};", "{n}='{v}' \\", "{n}:{v}", "::add-mask? {n}={v}", 'tokens = {{ {n} = "{v}" }}',
)
BARE = (
    "{v}", "error: could not push with {v}", 'echo "{v}"', "Using {v} from cache", '"msg": "failed\\n{v}\\n"', '"msg": "a\\t{v}"',
    "({v})", "[{v}]", "<{v}>", "fatal: bad credentials '{v}'", "remote: {v}", "key\t{v}", "{v}, retrying", "\x1b[31m{v}\x1b[0m",
    "curl https://example.org/?x={v}", "x={v}", "login {v}", "{v}\\n", '"{v}"', "`{v}`",
)
HEADERS = (
    'curl -H "Authorization: Bearer {w40}" https://example.org', "curl -H 'Authorization: Basic {b40}==' https://example.org",
    'curl -H "Authorization: token {x40}" https://example.org', 'curl --header "X-Api-Key: {A32}" https://example.org',
    "curl -H 'PRIVATE-TOKEN: {w20}' https://example.org", 'curl -sS -H "Api-Token: {A30}" https://example.org',
    'curl -H "X-Acme-Token: {A30}" https://example.org', "curl -u demo:{p14} https://example.org",
    'curl -u "demo:{p14}" https://example.org', "curl --user 'demo:{p14}' https://example.org", "curl https://example.org -u :{A20}",
    "curl https://example.org -u {A30}:", "> Authorization: Basic {b30}=", "Authorization: Bearer {w60}",
    "authorization: AWS4-HMAC-SHA256 Credential=AKIA{U16}/20260101/us-east-1/s3/aws4_request", "Cookie: session={w40}; path=/",
    "Set-Cookie: sid={A32}; HttpOnly", "postgres://app:{A16}@db.example.org:5432/app", "mongodb+srv://app:{A20}@cluster.example.org",
    "redis://:{A24}@cache.example.org:6379/0", "amqp://guest:{A16}@mq.example.org", "https://{A40}@git.example.org/demo.git",
    "https://x-access-token:ghs_{A36}@github.com/o/r", "machine git.example.org login demo password {p14}",
    "Server=db;User Id=sa;Password={A16};", "AccountName=demo;AccountKey={b86}==;EndpointSuffix=core.windows.net",
    "https://demo.blob.core.windows.net/c?sv=2024-01-01&sig={A43}%3D", "mysql -u root -p{A12} demo", "sshpass -p {A14} ssh demo@host",
    "docker login -u demo -p {A20} registry.example.org", "docker login --username demo --password {A20}",
    "//registry.npmjs.org/:_authToken={A36}", "_auth={b40}==", '"auth": "{b40}=="', "client-key-data: LS0tLS1CRUdJTi{b120}=",
    "-----BEGIN RSA PRIVATE KEY-----\n{b64}\n{b64}\n{b30}==\n-----END RSA PRIVATE KEY-----",
    '"private_key": "-----BEGIN PRIVATE KEY-----\\n{b64}\\n{b64}\\n-----END PRIVATE KEY-----\\n"',
    "Private-Lines: 2\n{b64}\n{b40}==\nPrivate-MAC: {x40}", '"SecretAccessKey": "{b40}"', "aws_secret_access_key = {b40}",
    "AWS_SESSION_TOKEN={b200}==", "VAULT_TOKEN=s.{A24}", 'password = "{a14}"', "Bearer {w50}", "apiVersion: v1\nkind: Secret\ndata:\n  password: {b24}=="
    , '"SessionToken": "{b200}=="', "https://api.telegram.org/bot{d10}:AA{w33}/sendMessage", "BUNDLE_GEMS__CONTRIBSYS__COM={x8}:{x8}",
    "oc login --token=sha256~{w43}", "helm repo add x https://e.org --username u --password {A20}", "vault login hvs.{w95}",
)
"""Whole lines; what is drawn in them is secret."""

WORDS = "build deploy parser cart user page cache image shop order index total report main client server lexer queue".split()
NEAR_MISSES = (
    "commit {x40}", "Merge {x40} into {x40}", "HEAD is now at {x7} fix the {word}", "sha256:{x64}", "Digest: sha256:{x64}",
    "image@sha256:{x64}", '"integrity": "sha512-{b86}==",', "{word}@1.{d1}.{d1}: sha1-{b27}=", "h1:{b43}=", "--hash=sha256:{x64} \\",
    "checksum = \"{x64}\"", "request id: {x8}-{x4}-{x4}-{x4}-{x12}", "Run {x8}-{x4}-{x4}-{x4}-{x12} started", "etag: W/\"{x32}\"",
    "token: unexpected '}'", "Unexpected token } in JSON at position {d4}", "SyntaxError: Unexpected token: punc (;) at {word}.js:{d2}",
    "error: expected token ';' at {word}.c:{d3}:{d2}", "undefined: token.{word}", "token = self._next_token()", "tokens={d4} total_tokens: {d5}",
    'password authentication failed for user "{word}"', "FATAL: password authentication failed for user \"{word}{d2}\"",
    "Access denied for user '{word}'@'10.0.{d1}.{d1}' (using password: YES)", "secret \"{word}-tls\" not found", "secrets \"{word}-{d1}\" is forbidden",
    "Error: secret {word}_v{d1} does not exist", "API key is missing for {word}", "invalid api_key: must be a string", "api_key: required",
    "KeyError: '{word}_{d2}'", "key '{word}{d2}' not found", "duplicate key value violates unique constraint \"{word}_pkey\"",
    "Key (id)=({d5}) already exists.", "primary key: {word}_id", "Cache key: {word}-linux-{x64}", "Cache restored from key: {word}-{x64}",
    "export TOKEN=$CI_JOB_TOKEN", "export API_KEY=${API_KEY}", "DB_PASSWORD=******", "PASSWORD=[secure]", "token: <your token>", "api_key=***",
    "SECRET_NAME={word}-credentials-{d1}", "PASSWORD_FILE=/run/secrets/{word}_{d2}", "token_type: bearer", "TOKEN_TTL={d4}",
    "public_key: {word}", "keyboard: {word}{d2}", "src/token/{word}Token{d1}Test.java:{d2}: error: ';' expected", "access: public, id {d6}",
    "auth: {word}/{word}", "Authorization failed: {word} {d3}", "author: {word} <{word}@example.org>", "author_date: 2026-0{d1}-1{d1}T10:00:00Z",
    "- name: {word}\n  value: {d4}", "version: 1.{d2}.{d1}-beta.{d1}", "Downloading https://example.org/{word}-1.{d1}.{d2}.tar.gz",
    "Container {x12} started", "Created {x64}", "{x12}: Pull complete", "layer {x12}: Already exists", "at {word} ({word}.js:{d3}:{d2})",
    "--- PASS: TestToken{d2}Parser (0.{d2}s)", "ok   test_password_{d2}_{word}", "PASS: {word}_{d3}", "pass={d3} fail={d1}", "{d3} passing",
    "GITHUB_SHA={x40}", "DRONE_COMMIT_SHA={x40}", "TRAVIS_COMMIT={x40}", "CI_PIPELINE_ID={d9}", "GITHUB_RUN_ID={d10}", "revision: {x40}",
    "jwt: malformed token in {word}", "tokenizer: {word}-base-{d2}", "using credentials from {word}.json", "credential helper '{word}' failed",
    "{word}.go:{d3}: undefined: apiKey{d1}", "const apiKey = getKey(\"{word}{d1}\");", "password = hash_password2(password)", "ssh-rsa key loaded",
    "ssh-ed25519 SHA256:{b43} (ED25519)", "fingerprint: SHA256:{b43}", "GPG key {X16} imported", "session started {d10}", "seed: {d8}",
    "certificate serial {x32}", "docker login succeeded", "npm notice integrity: sha512-{b12}[...]{b12}==", "yarn: token {word} expired",
    "elapsed {d2}.{d3}s, {d6} bytes", "http://127.0.0.1:{d4}/{word}?page={d2}", "git@github.com:{word}/{word}.git", "github.com/{word}/{word} v1.{d1}.{d2}",
    "uses: actions/checkout@{x40}", "Resolved \"https://registry.npmjs.org/{word}/-/{word}-1.{d1}.{d1}.tgz#{x40}\"", "id: {d12}",
    "sentry-cli releases new {x40}", "codecov: uploading {word}.xml", "sonar.projectKey={word}-{word}", "google.golang.org/{word} v0.0.0-20260101000000-{x12}",
    "azure: region westeurope{d1}", "heroku: app {word}-{d4} created", "linear: step {d2} of {d3}", "terraform: {word}.{word} will be created",
    "slack: channel #{word}-{d1}", "docker: redis:7.{d1}.{d1}-alpine3.{d2}", "redis: 7.{d1}.{d2}", "auth0 tenant {word}-dev", "login: {word}{d1}",
)


@dataclass(frozen=True)
class Sample:
    """A text, and what of it is secret."""

    text: str
    secrets: tuple[str, ...]


def secrets(seed: int, count: int) -> Iterator[Sample]:
    """Yield `count` texts that each hold secrets."""
    chance = random.Random(seed)
    for number in range(count):
        if number % 10 < 5:
            yield _named(chance)
        elif number % 10 < 8:
            yield _token(chance)
        else:
            yield _whole(chance)


def near_misses(seed: int, count: int) -> Iterator[str]:
    """Yield `count` texts without a secret."""
    chance = random.Random(seed)
    for _ in range(count):
        text = re.sub(r"\{word\}", lambda _: chance.choice(WORDS), chance.choice(NEAR_MISSES))
        yield drawn(chance, text)[0]


def _named(chance: random.Random) -> Sample:
    if chance.random() < 0.6:
        name, shape = f"{chance.choice(VENDORS)}_{chance.choice(SUFFIXES)}", chance.choice([*VALUES, UUID])
    else:
        name, shape = chance.choice(OWN_NAMES), chance.choice(VALUES)
    value = drawn(chance, shape)[0]
    return Sample(_spelled(chance.choice(SPELLINGS), _cased(chance, name), value), (value,))


def _token(chance: random.Random) -> Sample:
    value, around = (drawn(chance, chance.choice(TOKENS))[0].split("|") + [""])[:2]
    line = _spelled(chance.choice([*BARE, *SPELLINGS]), _cased(chance, f"{chance.choice(WORDS)}_{chance.choice(SUFFIXES)}"), value)
    return Sample(f"{around} {line}" if around else line, (value,))


def _whole(chance: random.Random) -> Sample:
    text, parts = drawn(chance, chance.choice(HEADERS))
    return Sample(text, tuple(part for part in parts if len(part) >= 8))


def drawn(chance: random.Random, shape: str) -> tuple[str, list[str]]:
    """Return the shape with letters drawn for its places, and what was drawn."""
    parts: list[str] = []

    def draw(place: re.Match[str]) -> str:
        parts.append("".join(chance.choices(LETTERS[place[1]], k=int(place[2]))))
        return parts[-1]

    return _DRAWN.sub(draw, shape), parts


def _spelled(spelling: str, name: str, value: str) -> str:
    return spelling.replace("{n}", name).replace("{v}", value).replace("{{", "{").replace("}}", "}")


def _cased(chance: random.Random, name: str) -> str:
    words = name.split("_")
    return chance.choice(
        (
            name,
            name.upper(),
            "-".join(words),
            ".".join(words),
            words[0] + "".join(word.capitalize() for word in words[1:]),
            "".join(word.capitalize() for word in words),
        )
    )
