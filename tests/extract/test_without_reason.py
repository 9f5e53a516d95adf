"""Wrappers and stack frames: lines that do not say why something failed never rank first where another line does."""

from pathlib import Path

import pytest
import yaml

from plugin.extract.analyze import analyze
from plugin.extract.candidates import choose_candidates
from plugin.extract.catalogue import Catalogue
from plugin.extract.features import Features, without_reason

LOGS = yaml.safe_load(Path(__file__).with_name("wrapped_failures.yaml").read_text("utf-8"))

WRAPPERS = """\
make: *** [Makefile:7: test] Error 2
make[1]: Leaving directory '/srv/src'
ninja: build stopped: subcommand failed.
FAILED: [code=1] CMakeFiles/shop.dir/main.cpp.o
-- Configuring incomplete, errors occurred!
collect2: error: ld returned 1 exit status
clang: error: linker command failed with exit code 1 (use -v to see invocation)
error: failed to run custom build command for `openssl-sys v0.9.95`
error: could not compile `shop` (lib) due to 2 previous errors
error: aborting due to 3 previous errors
npm ERR! code ELIFECYCLE
npm error Lifecycle script `build` failed with error:
error Command failed with exit code 1.
 ELIFECYCLE  Command failed with exit code 1.
lerna ERR! npm run build exited 2 in '@shop/cart'
husky - pre-commit script failed (code 1)
error: script "build" exited with code 1
Exited with code exit status 1
util.go:45: exit status 1
--> docker: Error committing container: exit status 1
Script php bin/check.php handling the check event returned with error code 255
An error occurred when executing task 'Build'.
Error: One or more errors occurred.
[error] (Test / test) sbt.TestsFailedException: Tests unsuccessful
[error] (Compile / compileIncremental) Compilation failed
> Compilation failed; see the compiler error output for details.
> There were failing tests. See the report at: file:///srv/build/reports/tests/test/index.html
Execution failed for task ':compileJava'.
BUILD FAILED
** TEST FAILED **
The following build commands failed:
stack backtrace:
Traceback (most recent call last):
(no logger premake[4]: *** [obj/PROFILE] Error 1
rake aborted!
Tasks: TOP => report
subprocess.CalledProcessError: Command '['git', 'clone']' returned non-zero exit status 128.
error: subprocess-exited-with-error
× Building wheel for fastjson (pyproject.toml) did not run successfully.
py312: exit 1 (0.04 seconds) /srv> python -m shop pid=71
ERROR: Build did NOT complete successfully
==> Some builds didn't complete successfully and had errors:
ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 2
error: builder for '/nix/store/0v1-shop.drv' failed with exit code 2
error: Bad exit status from /var/tmp/rpm-tmp.V1mFZ0 (%build)
Result: FAIL
# Looks like you failed 1 test of 2.
t/cart.t .. Dubious, test returned 1 (wstat 256, 0x100)
Execution halted
sync.service: Main process exited, code=exited, status=1/FAILURE
Error in system2("xgen", "-v", stdout = TRUE) : error in running command
CRITICAL Ansible return code was 2
web1                       : ok=3    changed=1    unreachable=0    failed=1    skipped=0    rescued=0    ignored=0
Gradle task assembleRelease failed with exit code 1
[runner] step lint-data failed with exit code 3
Deployment failed!
Unit tests failed
##[error]Process completed with exit code 1.
The command "make test" exited with 2.
Finished: FAILURE
FAIL	example.com/shop/cart	0.012s
FAILURES!
2 errors
""".splitlines()
FRAMES = """\
    at Object.<anonymous> (/srv/cart.test.js:5:10)
    at async node:internal/modules/esm/loader:525:20
at Invoke-Test, /srv/Pester.Runtime.psm1: line 1876
  File "/srv/shop/cart.py", line 12, in total
shop/cart.py:12: in total
tests/test_cart.py:6: AssertionError
	at com.example.CartTest.sums(CartTest.java:14)
	... 2 more
    + CategoryInfo          : ObjectNotFound: (foo:String) [], CommandNotFoundException
     # ./spec/cart_spec.rb:6:in `block (2 levels) in <top (required)>'
/srv/lib/report.rb:12:in `block in total'
	from /srv/lib/report.rb:12:in `total'
goroutine 1 [running]:
	/srv/cmd/report/main.go:9 +0x1d
    #1 0x55b2 in main /srv/main.c:4
#0 /srv/bin/check.php(12): main()
#1 {main}
   3: shop::cart::total
   0: rust_begin_unwind
  12:     0x5597a5b99668 - std::rt::lang_start
  --> src/main.rs:7:5
    (elixir 1.14.0) lib/kernel/parallel_compiler.ex:340: anonymous fn/5 in Kernel.ParallelCompiler
       … while evaluating derivation 'shop-1.0'
	test/helpers.lua:864: in function 'expect'
     test/cart_test.exs:153
""".splitlines()
REASONS = """\
error: linker `cc` not found
/usr/bin/ld: cannot find -lfoo
#7 1.980 E: Unable to locate package libfoo-dev
#7 ERROR: docker.io/library/python:3.99: not found
#8 159.5     chromadb 1.5.9 depends on rich>=10.11.0
cart.c:14:20: error: expected ';' before 'return'
src/cart.ts(9,10): error TS2304: Cannot find name 'totl'.
test grid_reset ... FAILED
tests.cart.test_sums ... FAIL
Test sums_of_cart failed
    CartTest.sums [FAIL]
--- FAIL: TestSums (0.00s)
FAILED tests/test_cart.py::test_sum - AssertionError: assert 4 == 3
lib/report.rb:12:in `total': undefined method `sum' for nil (NoMethodError)
** (CompileError) lib/cart.ex:4: undefined function totl/1
Task failed: cannot reach registry.example.com
failed to execute process: No such file or directory (os error 2)
Error: failed to run hook: permission denied
An error occurred while running the script: ENOENT, open 'x.json'
./deploy.sh: line 12: kubectl: command not found
exec: "git": executable file not found in $PATH
Caused by: java.net.ConnectException: Connection refused
panic: runtime error: index out of range [3] with length 3
Step 3 exceeded its time limit of 10 minutes
Package size limit has exceeded by 4.72 KB
#12: the cart is empty
""".splitlines()


def _without_reason(line: str) -> bool:
    return 0 in without_reason(Features(choose_candidates(line.encode()), Catalogue(())))


@pytest.mark.parametrize("line", [*WRAPPERS, *FRAMES])
def test_a_wrapper_or_a_stack_frame_says_no_reason(line: str) -> None:
    assert _without_reason(line)


@pytest.mark.parametrize("line", REASONS)
def test_a_line_that_says_why_is_no_wrapper(line: str) -> None:
    assert not _without_reason(line)


@pytest.mark.parametrize("name", LOGS)
def test_the_cause_leads_although_wrappers_and_frames_surround_it(name: str) -> None:
    log = LOGS[name]["log"].encode()
    first = analyze(log, exit_code=1).ranked[0]
    accepted = LOGS[name]["leads"]
    leading = log.decode().splitlines()[first - 1]
    assert any(part in leading for part in ([accepted] if isinstance(accepted, str) else accepted)), leading
