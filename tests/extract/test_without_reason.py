"""Lines that do not say why something failed: wrappers, stack frames and lines of a printed script."""

import pytest

from plugin import analyze_log
from plugin.extract.features import WITHOUT_REASON, expressions
from plugin.extract.regex import regex


def kinds(line: str) -> set[str]:
    return {name for name in WITHOUT_REASON if regex(expressions()[name]).search(line.encode())}


@pytest.mark.parametrize(
    "line",
    [
        "Caused by: org.maven.plugin.PluginExecutionException: Execution cli of goal a:b:1.0:start failed",
        "Caused by: java.lang.RuntimeException: Errors occurred while executing payara-micro.",
        "ERROR: LoadError: Some tests did not pass: 542 passed, 0 failed, 49 errored, 10 broken.",
        "ImportError while importing test module '/src/tests/test_login.py'.",
        "  Build step for curl failed: 1",
        "  execute_process failed command indexes:",
        "CMake Error at cmake/modules/dts.cmake:303 (execute_process):",
        'C:/Microsoft.CppCommon.targets(254,5): error MSB8066: Custom build for "a.rule" exited with code 1.',
    ],
)
def test_a_wrapper_says_no_reason(line: str) -> None:
    assert kinds(line) == {"outer-failure"}


@pytest.mark.parametrize(
    "line",
    [
        'if [ "$HTTP_CODE" = "200" ]; then',
        "else",
        'echo "❌ Health check failed after $MAX_RETRIES attempts"',
        "  echo 'Error: no token' >&2",
        "  exit 1",
        '[[ "${code}" == "200" ]] || { echo "::error::not ready in time."; exit 1; }',
        'Write-Error "CRITICAL FAILURE: installation failed"',
        "STATUS=$(curl -s -o /dev/null -w '%{http_code}' \"$URL\")",
    ],
)
def test_a_line_of_a_script_says_no_reason(line: str) -> None:
    assert "script-source" in kinds(line)


@pytest.mark.parametrize(
    "line",
    [
        "Health check failed after 5 attempts",
        "echo: write error: No space left on device",
        "Build step for curl failed: connection refused",
        "exit 1 is not allowed here",
        "E   ImportError: cannot import name 'x' from 'y'",
        'Write-Error: "vswhere.exe" not found',
        "if: Expression Syntax.",
    ],
)
def test_a_message_says_a_reason(line: str) -> None:
    assert not kinds(line)


def test_what_a_script_printed_leads_and_not_its_source() -> None:
    script = ['+ if [ -z "$TOKEN" ]; then', '  echo "Error: TOKEN is required to deploy"', "  exit 1", "fi"]
    excerpt = analyze_log("\n".join([*script, "Error: TOKEN is required to deploy"]) + "\n", exit_code=1)
    assert excerpt.ranked[0] == 5
    assert excerpt.title_line == 5


@pytest.mark.parametrize(
    ("log", "leading"),
    [
        pytest.param(
            [
                "---- adds stdout ----",
                "",
                "thread 'adds' (7) panicked at tests/adds.rs:12:5:",
                "input missing: tests/fixtures/sums.csv",
                "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
            ],
            (3, 4),
            id="cargo test",
        ),
        pytest.param(
            [
                "There was 1 error:",
                "",
                "1) App\\Tests\\ShopTest::testIndex",
                "PDOException: SQLSTATE[HY000] [1049] Unknown database 'shop_test'",
                "",
                "/srv/vendor/doctrine/dbal/src/Driver/PDOConnect.php:28",
            ],
            (4,),
            id="PHPUnit",
        ),
    ],
)
def test_what_a_test_found_leads_and_not_its_name(log: list[str], leading: tuple[int, ...]) -> None:
    excerpt = analyze_log("\n".join(log) + "\n", exit_code=1)
    assert excerpt.ranked[0] in leading


def test_a_module_of_the_same_crate_is_code() -> None:
    log = "error[E0432]: unresolved import `crate::shop::Cart`\n --> src/main.rs:3:5\n"
    assert analyze_log(log, exit_code=101).category == "code"


def test_a_build_script_is_named_by_its_own_error() -> None:
    log = (
        "error: failed to run custom build command for `shop v1.0.0 (/src)`\n\nCaused by:\n"
        "  process didn't exit successfully: `/src/target/build-script-build` (exit status: 1)\n  --- stderr\n"
        "  Error: SHOP_REGION is not set\n"
    )
    assert "SHOP_REGION" in analyze_log(log, exit_code=101).title
