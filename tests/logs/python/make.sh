#!/bin/bash
# Red and green logs of Python tools, from PyPI (see TOOLS; a virtual environment in /opt/venv). Needs: Python 3.11,
# network, git. Run some cases only: ./make.sh pytest_cases pip_cases
set -u
. "$(dirname "$0")/../step.sh"

TOOLS='pytest pytest-xdist pytest-cov pytest-timeout pytest-mock tox nox flake8 ruff mypy black isort pylint sphinx
django poetry bandit robotframework behave pydocstyle codespell twine build pre-commit requests hypothesis'
[ -x /opt/venv/bin/twine ] || { python3 -m venv /opt/venv && /opt/venv/bin/pip install -q $TOOLS; }
PATH=/opt/venv/bin:$PATH
export GIT_CONFIG_GLOBAL=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore COLUMNS=120
unset PYTHONPATH PYTHONDONTWRITEBYTECODE

shop() {
    mkdir -p shop tests
    : >tests/__init__.py
    cat >shop/__init__.py <<'E'
"""A small shop."""
E
    cat >shop/cart.py <<'E'
"""What a customer is about to buy."""

import logging
import warnings

log = logging.getLogger(__name__)


class EmptyCartError(Exception):
    """Nothing to pay."""


class Cart:
    def __init__(self):
        self.lines = []

    def add(self, name, price, quantity=1):
        if price < 0:
            log.error("error: negative price %s for %s", price, name)
            raise ValueError(f"negative price: {price}")
        warnings.warn("positional prices are deprecated and will raise an error in 3.0", DeprecationWarning, stacklevel=2)
        self.lines.append((name, price, quantity))

    def total(self):
        return sum(price * quantity for _, price, quantity in self.lines)

    def discounted(self, percent):
        log.info("discount %s", percent)
        return self.total() * (100 - percent) // 10

    def checkout(self):
        if not self.lines:
            raise EmptyCartError("the cart is empty")
        return {"total": self.total(), "lines": len(self.lines)}
E
    cat >tests/test_errors.py <<'E'
import pytest

from shop.cart import Cart, EmptyCartError


def test_error_on_negative_price():
    with pytest.raises(ValueError):
        Cart().add("pear", -1)


def test_failed_checkout_raises_error():
    with pytest.raises(EmptyCartError):
        Cart().checkout()


@pytest.mark.parametrize("quantity", [1, 2, 3])
def test_total_no_failure(quantity):
    cart = Cart()
    cart.add("pear", 100, quantity)
    assert cart.total() == 100 * quantity
E
}

discount_test() {
    cat >tests/test_cart.py <<'E'
import logging

import pytest

from shop.cart import Cart


@pytest.fixture
def cart():
    cart = Cart()
    cart.add("pear", 300, 3)
    return cart


def test_total(cart):
    assert cart.total() == 900


def test_discount(cart):
    logging.getLogger("shop.pricing").warning("no error rate configured, using 0")
    price = cart.discounted(10)
    assert price == 810, "ten percent off"


def test_checkout(cart):
    assert cart.checkout() == {"total": 900, "lines": 3}
E
}

pytest_cases() {
    project pytest; shop
    printf 'requests>=2.31\nhypothesis\n' >requirements.txt
    step pytest.green <<'E'
pip install -r requirements.txt
pytest -v
E
    discount_test
    step pytest-assert <<'E'
pip install -r requirements.txt
pytest -v --cov=shop --cov-report=term-missing
E
    step pytest-quiet-short <<'E'
pytest -q --tb=short
E
    step pytest-xdist-color <<'E'
pytest -n 2 --color=yes --durations=3
E
    step pytest-line <<'E'
pytest --tb=line -q -p no:warnings
E
    step pytest-maxfail-native <<'E'
python -m pytest -x --tb=native -W ignore
E
    step pytest-coverage-low <<'E'
pytest -q -W ignore --cov=shop --cov-fail-under=95 tests/test_errors.py
E
    step pytest-bad-option <<'E'
pytest --cov=shop --covreport=xml --junit-xml=report.xml
E
    step pytest-no-tests <<'E'
pytest -W ignore -k integration
E
    step pytest-path-missing <<'E'
pytest tests/unit
E

    project pytest-imports; shop
    cat >tests/test_api.py <<'E'
from shop.api import client


def test_client():
    assert client()
E
    step pytest-import-error <<'E'
pytest -W ignore
E
    rm tests/test_api.py
    printf 'from shop.cart import Kart\n' >tests/test_kart.py
    printf 'import pytest\n\ndef test_total(:\n    assert 1\n' >tests/test_syntax.py
    step pytest-collection-errors <<'E'
pytest -q -W ignore
E
    rm tests/test_kart.py tests/test_syntax.py
    printf 'import psycopg_pool\n' >tests/conftest.py
    step pytest-conftest <<'E'
pytest -q
E

    project pytest-fixtures; shop
    cat >tests/test_orders.py <<'E'
import socket

import pytest


@pytest.fixture(scope="session")
def database():
    connection = socket.create_connection(("127.0.0.1", 15499), timeout=1)
    yield connection
    connection.close()


def test_orders_saved(database):
    assert database


def test_orders_listed(orders):
    assert orders == []
E
    step pytest-fixture-errors <<'E'
pytest -W ignore
E

    project pytest-slow; shop
    cat >tests/test_queue.py <<'E'
import threading

from shop.cart import Cart


def test_worker_drains_queue():
    done = threading.Event()
    Cart()
    done.wait()
E
    step pytest-timeout <<'E'
pytest -v -W ignore --timeout=2
E

    project pytest-crash; shop
    cat >tests/test_native.py <<'E'
import ctypes


def read(address):
    return ctypes.string_at(address, 8)


def test_native_reader():
    assert read(0) == b"shop-1.0"
E
    step pytest-segfault <<'E'
pytest -v -W ignore
E

    project pytest-fatal; shop
    mkdir native
    cat >native/test_reader.py <<'E'
import ctypes

import pytest


@pytest.mark.parametrize("size", range(12))
def test_native_sizes(size):
    assert size < 12


def test_native_reader():
    assert ctypes.string_at(0xDEAD0000, 8) == b"shop-1.0"
E
    step pytest-fatal <<'E'
pytest -W ignore tests native
echo 'the coverage is sent'
E

    project pytest-abort; shop
    cat >tests/test_worker.py <<'E'
import os
import threading

from shop.cart import Cart


def test_worker_drains_queue():
    worker = threading.Thread(target=os.abort)
    Cart()
    worker.start()
    worker.join()
E
    step pytest-abort <<'E'
python -m compileall -q shop
pytest -v -W ignore
E

    project python-fatal
    printf 'import ctypes\n\n\ndef header(address):\n    return ctypes.string_at(address, 8)\n\n\ndef main():\n    print("error count: 0", flush=True)\n    print(header(0xDEAD0000))\n\n\nmain()\n' >read.py
    step python-fatal <<'E'
python -X faulthandler read.py
E

    project pytest-long; shop
    cat >tests/test_matrix.py <<'E'
import logging

import pytest

log = logging.getLogger("matrix")


@pytest.mark.parametrize("currency", ["EUR", "USD", "JPY", "CHF", "PLN"])
@pytest.mark.parametrize("cents", range(400))
def test_round_trip_error_free(cents, currency):
    log.error("failed to load rates for %s, retry 1 of 3", currency)
    digits = 0 if currency == "JPY" else 2
    text = f"{cents / 10**digits:.{digits}f}"
    parsed = int(text.replace(".", "").lstrip("0") or 0)
    assert parsed == (cents if cents != 217 or currency != "CHF" else 215)
E
    step pytest-long <<'E'
pip install hypothesis pytest
pytest -v --durations=10
E
    step pytest-long.green <<'E'
pytest -v -k "not 217"
E

    project pytest-compare; shop
    cat >tests/test_compare.py <<'E'
import json
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.cart import Cart


def order():
    cart = Cart()
    cart.add("pear", 300, 3)
    return cart.checkout()


def test_order_json():
    assert json.dumps(order(), indent=2) == '{\n  "total": 900,\n  "lines": 1,\n  "currency": "EUR"\n}'


def test_empty_checkout_message():
    with pytest.raises(ValueError, match="nothing to pay"):
        Cart().checkout()


def test_no_error_is_raised():
    with pytest.raises(ValueError):
        Cart().add("pear", 0)


def test_notifies():
    notify = mock.Mock()
    notify("pear")
    notify.assert_called_once_with("apple", retries=2)


@settings(derandomize=True, database=None)
@given(st.integers(min_value=1))
def test_discount_is_less(price):
    cart = Cart()
    cart.add("pear", price)
    assert cart.discounted(5) < price
E
    step pytest-many-kinds <<'E'
pytest -W ignore
E
}

unittest_cases() {
    project unittest; shop
    rm tests/test_errors.py
    cat >tests/test_cart.py <<'E'
import unittest

from shop.cart import Cart, EmptyCartError


class CartTest(unittest.TestCase):
    def setUp(self):
        self.cart = Cart()

    def test_error_when_empty(self):
        with self.assertRaises(EmptyCartError):
            self.cart.checkout()

    def test_total(self):
        self.cart.add("pear", 300, 3)
        self.assertEqual(self.cart.total(), 900)
E
    step unittest.green <<'E'
python -m unittest discover -v
E
    cat >>tests/test_cart.py <<'E'

    def test_discount(self):
        self.cart.add("pear", 300, 3)
        self.assertEqual(self.cart.discounted(10), 810, "ten percent off")

    def test_lines(self):
        self.assertDictEqual(self.cart.checkout(), {"total": 0, "lines": 0})
E
    step unittest-failures <<'E'
python -m unittest discover
E
    step unittest-verbose-buffer <<'E'
python -W ignore -m unittest discover -v -b
E
    printf 'import unittest\nfrom shop.stock import Stock\n' >tests/test_stock.py
    step unittest-import <<'E'
python -W ignore -m unittest
E
    cat >README.txt <<'E'
Prices
======

>>> from shop.cart import Cart
>>> cart = Cart()
>>> cart.total()
0
>>> cart.checkout()
{'total': 0, 'lines': 0}
>>> 300 * 3
810
E
    step doctest <<'E'
python -m doctest README.txt
E
}

script_cases() {
    project scripts
    cat >deploy.py <<'E'
import json
import os
import sys


class ConfigError(RuntimeError):
    pass


def load(path):
    try:
        with open(path) as file:
            return json.load(file)
    except FileNotFoundError as error:
        raise ConfigError(f"no configuration at {path}") from error


def main():
    print("deploying, errors will be reported to #ops")
    config = load(os.environ.get("SHOP_CONFIG", "config/production.json"))
    print(config["token"])


if __name__ == "__main__":
    sys.exit(main())
E
    step python-chained-exception <<'E'
python deploy.py
E
    printf '{"hosts": ["a", "b",]}\n' >bad.json
    step python-json-error <<'E'
SHOP_CONFIG=bad.json python deploy.py
E
    printf '{"hosts": []}\n' >good.json
    step python-key-error <<'E'
python -c "print('checking 12 hosts, 0 errors')"
SHOP_CONFIG=good.json python deploy.py
E
    step python-module-missing <<'E'
python -m shop_tools.release --dry-run
E
    step python-import-missing <<'E'
python -c "import boto3"
E
    printf 'def total(prices):\n    return sum(prices\n\nprint(total([1]))\n' >prices.py
    step python-syntax-error <<'E'
python prices.py
E
    printf 'import asyncio\n\nasync def one(n):\n    if n == 2:\n        raise ValueError(f"no rate for {n}")\n\nasync def main():\n    async with asyncio.TaskGroup() as group:\n        for n in range(3):\n            group.create_task(one(n))\n\nasyncio.run(main())\n' >group.py
    step python-exception-group <<'E'
python group.py
E
    step python-sys-exit <<'E'
python -c "import sys; print('migrating 14 tables'); sys.exit('Error: table orders has no primary key')"
E
    step python-file-missing <<'E'
python scripts/seed.py --env test
E
    printf 'import argparse\nparser = argparse.ArgumentParser(prog="release")\nparser.add_argument("--version", required=True)\nparser.add_argument("--channel", choices=["beta", "stable"])\nparser.parse_args()\n' >release.py
    step python-argparse <<'E'
python release.py --version 1.0 --channel nightly
E
    step python-recursion <<'E'
python -c "f = lambda n: f(n + 1); f(0)"
E
    step python.green <<'E'
python -c "print('0 errors, 0 failures'); print('ERROR_LIMIT=5'); print('Traceback collection: off')"
E
}

django_cases() {
    project django
    django-admin startproject shop . && python manage.py startapp orders
    sed -i "s/INSTALLED_APPS = \[/INSTALLED_APPS = [\n    'orders',/; s/'django-insecure-.*'/'not-secret'/" shop/settings.py
    cat >orders/models.py <<'E'
from django.db import models


class Order(models.Model):
    number = models.IntegerField(unique=True)
    total = models.DecimalField(max_digits=8, decimal_places=2)
E
    cat >orders/tests.py <<'E'
from django.test import TestCase

from orders.models import Order


class OrderTest(TestCase):
    def test_error_page_is_404(self):
        self.assertEqual(self.client.get("/missing/").status_code, 404)
E
    python manage.py makemigrations >/dev/null
    step django.green <<'E'
python manage.py makemigrations --check --dry-run
python manage.py migrate --no-input
python manage.py test
E
    cat >>orders/tests.py <<'E'

    def test_order_page(self):
        Order.objects.create(number=7, total=12)
        self.assertContains(self.client.get("/orders/7/"), "12.00")

    def test_numbers_are_unique(self):
        Order.objects.create(number=7, total=12)
        Order.objects.create(number=7, total=13)
E
    step django-test <<'E'
python manage.py test --parallel 2
E
    sed -i 's/unique=True/unique=True, db_index=True, help_text="shown to people"/' orders/models.py
    step django-migrations-missing <<'E'
python manage.py makemigrations --check --dry-run
E
    sed -i "s/'orders',/'orders', 'payments',/" shop/settings.py
    step django-app-missing <<'E'
python manage.py check
E
    sed -i "s/, 'payments',/,/" shop/settings.py
    printf 'from orders import views\n\nurlpatterns = [views.index]\n' >shop/urls.py
    printf 'def index(request):\n    return None\n' >orders/views.py
    step django-system-check <<'E'
python manage.py check --deploy --fail-level ERROR
E
    printf 'import os\nSECRET_KEY = os.environ.get("SHOP_KEY", "")\n' >shop/settings.py
    step django-improperly-configured <<'E'
python manage.py migrate
E
}

lint_cases() {
    project lint; shop
    cat >shop/report.py <<'E'
import os, sys
from typing import Optional
from shop.cart import Cart


def summary(cart: Cart, title: Optional[str] = None) -> str:
    unused = 1
    lines: list[int] = [price for _, price, _ in cart.lines]
    result = title + ": " + lines
    if result == None :
        return 0
    return undefined_name(result)


def export(path, items=[]):
    password = "hunter2"
    os.system("cp " + path)
    return eval(path)
E
    step flake8 <<'E'
flake8 --max-line-length=120 shop
E
    step flake8-statistics <<'E'
flake8 shop --count --select=F --show-source --statistics
flake8 shop --count --max-line-length=90 --show-source --statistics
E
    step ruff-check <<'E'
ruff check shop
E
    step ruff-concise <<'E'
ruff check --output-format=concise --select E,F,B shop
E
    step ruff-format <<'E'
ruff format --check --diff shop/report.py
E
    step ruff-format-check <<'E'
ruff check --select F shop/cart.py
ruff format --check .
E
    step mypy <<'E'
mypy --strict shop/report.py
E
    step mypy-pretty <<'E'
mypy --pretty shop
E
    step black-check <<'E'
black --check --diff shop
E
    step black-plain <<'E'
black --check .
E
    step isort <<'E'
isort --check-only --diff shop
E
    step pylint <<'E'
pylint shop
E
    step pylint-errors-only <<'E'
pylint -E shop tests
E
    step bandit <<'E'
bandit -q -r shop
E
    printf 'Recieve teh orders\n' >NOTES.md
    step codespell <<'E'
codespell NOTES.md shop
E
    step pydocstyle <<'E'
pydocstyle shop
E
    printf 'def total(prices:\n    return sum(prices)\n' >shop/broken.py
    step black-cannot-format <<'E'
black --check shop/broken.py shop/__init__.py
E
    step mypy-syntax <<'E'
mypy shop/broken.py
E
    step compileall <<'E'
python -m compileall -q shop
E
    rm shop/broken.py shop/report.py
    git init -q . && git add -A
    step lint.green <<'E'
ruff check shop
flake8 --max-line-length=130 shop
mypy shop
black --check --line-length 130 shop/__init__.py
isort --check-only shop
codespell shop
bandit -q -r shop
E
    cat >.pre-commit-config.yaml <<'E'
repos:
- repo: local
  hooks:
  - {id: flake8, name: flake8, entry: flake8, language: system, types: [python]}
  - {id: no-tabs, name: no tabs, entry: "false", language: system}
  - {id: trailing, name: trailing whitespace, entry: sed -i 's/ *$//', language: system}
E
    printf 'price = 3   \nimport os\n' >shop/tail.py && git add -A
    step pre-commit <<'E'
pre-commit run --all-files
E
}

pip_cases() {
    project pip; shop
    printf 'requests==2.31.0\ndjango==99.1\n' >requirements.txt
    step pip-no-matching <<'E'
pip install --no-cache-dir -r requirements.txt
E
    printf 'flask==3.0.0\nwerkzeug==2.0.0\n' >conflict.txt
    step pip-conflict <<'E'
pip install --no-cache-dir -r conflict.txt
E
    printf 'requests==2.31.0 --hash=sha256:%064d\nidna==3.7 --hash=sha256:%064d\n' 1 2 >hashes.txt
    step pip-hash <<'E'
pip install --no-cache-dir --no-deps -r hashes.txt
E
    step pip-file-missing <<'E'
pip install -r requirements-dev.txt
E
    step pip-bad-requirement <<'E'
pip install "requests=>2.0"
E
    mkdir -p native/src && cat >native/setup.py <<'E'
from setuptools import Extension, setup

setup(name="native", version="1.0", ext_modules=[Extension("native", ["src/native.c"])])
E
    printf '#include <Python.h>\n#include <libpq-fe.h>\n\nint main(void) { return 0; }\n' >native/src/native.c
    step pip-wheel-build <<'E'
pip install ./native
E
    mkdir -p meta && printf 'from setuptools import setup\nimport shop_version\nsetup(name="meta", version=shop_version.VERSION)\n' >meta/setup.py
    step pip-metadata <<'E'
pip install ./meta
E
    printf '[project]\nname = "future"\nversion = "1.0"\nrequires-python = ">=3.14"\n' >pyproject.toml
    step pip-requires-python <<'E'
pip install .
E
    step pip-index-refused <<'E'
pip install --no-cache-dir --retries 1 --timeout 2 --index-url https://127.0.0.1:18443/simple shop-pricing==2.0
E
    step pip-package-index-unknown <<'E'
pip install --no-cache-dir shop-pricing-internal-2026
E
    printf 'build-backend = 3\n[project]\nname = "future"\n' >pyproject.toml
    step python-build <<'E'
python -m build --no-isolation
E
    step pip.green <<'E'
pip install --no-cache-dir --force-reinstall requests==2.32.3
pip check || true
E
    step pip-check <<'E'
pip install -q "urllib3<2" "requests==2.32.3" "idna==1.0"
pip check
E
    pip install -q -U requests urllib3 idna
}

project_tool_cases() {
    project poetry
    printf '[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.11"\ndependencies = ["requests (>=2.31)"]\n[tool.poetry]\npackage-mode = false\n' >pyproject.toml
    poetry lock -q -n
    sed -i 's/"requests (>=2.31)"/"requests (>=2.31)", "idna (>=3.4)"/' pyproject.toml
    step poetry-lock-outdated <<'E'
poetry install --no-interaction --no-ansi --dry-run
E
    sed -i 's/"idna (>=3.4)"/"urllib3 (==1.20)"/' pyproject.toml
    step poetry-unsolvable <<'E'
poetry lock --no-interaction --no-ansi
E

    project tox; shop; discount_test
    printf '[tox]\nskipsdist = true\nenvlist = lint, py311\n[testenv]\nsetenv =\n  PYTHONPATH = {toxinidir}\ndeps = pytest\ncommands = pytest -q -W ignore {posargs}\n[testenv:lint]\nskip_install = true\ndeps = ruff\ncommands = ruff check shop\n' >tox.ini
    step tox-fails <<'E'
tox
E
    step tox.green <<'E'
tox -e py311 -- tests/test_errors.py
E
    printf '[tox]\nskipsdist = true\nenvlist = py311\n[testenv]\ndeps = pytest==99.0\ncommands = pytest\n' >tox.ini
    step tox-deps <<'E'
tox
E
    cat >noxfile.py <<'E'
import nox


@nox.session(venv_backend="none")
def lint(session):
    session.run("ruff", "check", "shop")


@nox.session(venv_backend="none")
def tests(session):
    session.run("pytest", "-q", "-W", "ignore", "--tb=short")
E
    step nox-fails <<'E'
nox
E

    project sphinx; shop; mkdir docs
    printf 'project = "shop"\nextensions = ["sphinx.ext.autodoc"]\nhtml_theme = "alabaster"\n' >docs/conf.py
    printf 'Shop\n====\n\nAn error is an :doc:`errors` page.\n\n.. toctree::\n\n   errors\n' >docs/index.rst
    printf 'Errors\n======\n\nNo error.\n' >docs/errors.rst
    step sphinx.green <<'E'
sphinx-build -W -b html docs build/html
E
    printf 'Prices\n===\n\n.. automodule:: shop.prices\n\nSee :doc:`missing` and `broken link\n' >docs/prices.rst
    step sphinx-warnings <<'E'
sphinx-build -W --keep-going -b html docs build/html
E
    printf 'extensions = ["sphinx_missing_theme"]\n' >docs/conf.py
    step sphinx-extension <<'E'
sphinx-build -b html docs build/html
E

    project behave; mkdir -p features/steps
    printf 'Feature: Cart\n\n  Scenario: Pay with a voucher\n    Given a cart of 3 pears\n    When the customer pays\n    Then the total is 810\n\n  Scenario: Error page\n    Given a cart of 3 pears\n    When the voucher fails\n' >features/cart.feature
    cat >features/steps/cart.py <<'E'
from behave import given, then, when


@given("a cart of {n:d} pears")
def cart(context, n):
    context.total = n * 300


@when("the customer pays")
def pays(context):
    pass


@then("the total is {total:d}")
def total(context, total):
    assert context.total == total, f"{context.total} is not {total}"
E
    step behave <<'E'
behave --no-color
E

    project robot
    printf '*** Test Cases ***\nAdd Pears\n    ${total}=    Evaluate    300 * 3\n    Should Be Equal As Integers    ${total}    810\n\nError Page\n    Log    error page shown\n' >cart.robot
    step robot <<'E'
robot --output NONE --report NONE --log NONE cart.robot
E

    project twine; mkdir dist; printf 'x' >dist/shop-1.0.tar.gz
    step twine-upload <<'E'
twine upload --non-interactive --repository-url https://127.0.0.1:18443/legacy/ -u ci -p not-a-secret dist/*
E
}

CASES='pytest_cases unittest_cases script_cases django_cases lint_cases pip_cases project_tool_cases'
for case in ${*:-$CASES}; do $case; done
