#!/bin/bash
# Red and green logs of PHP tools, from Debian's php-cli, phpunit and composer.
set -u
. "$(dirname "$0")/../step.sh"
export COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_HOME=/tmp/composer-home

cart() {
    mkdir -p src tests
    cat >src/Cart.php <<'E'
<?php
declare(strict_types=1);

final class Cart
{
    private array $prices = [];

    public function add(int $price): void
    {
        $this->prices[] = $price;
    }

    public function total(): int
    {
        return array_sum($this->prices);
    }

    public function lines(): array
    {
        return array_map(fn (int $p): string => sprintf('%.2f EUR', $p / 100), $this->prices);
    }
}
E
}

phpunit_cases() {
    project phpunit; cart
    cat >tests/CartTest.php <<'E'
<?php
require_once __DIR__ . '/../src/Cart.php';

use PHPUnit\Framework\TestCase;

final class CartTest extends TestCase
{
    public function testEmpty(): void
    {
        $this->assertSame(0, (new Cart())->total());
    }

    public function testErrorFreeTotal(): void
    {
        $cart = new Cart();
        $cart->add(5);
        $this->assertSame(5, $cart->total());
    }

    public function testLines(): void
    {
        $cart = new Cart();
        $cart->add(1250);
        $cart->add(99);
        $this->assertSame(['12.50 EUR', '0.90 EUR'], $cart->lines());
    }

    public function testRefusesText(): void
    {
        $cart = new Cart();
        $cart->add('12');
        $this->assertSame(12, $cart->total());
    }
}
E
    step phpunit-failure <<'E'
php -v
phpunit --colors=never tests
E
    step phpunit-testdox-color <<'E'
phpunit --colors=always --testdox tests
E
    sed -i "s/0.90/0.99/; s/add('12')/add(12)/" tests/CartTest.php
    step phpunit.green <<'E'
phpunit --verbose tests
E
    echo '<?php require_once __DIR__ . "/../src/Basket.php"; final class BasketTest extends PHPUnit\Framework\TestCase {}' >tests/BasketTest.php
    step phpunit-fatal <<'E'
phpunit tests
E
}

php_cases() {
    project php; cart
    cat >bin.php <<'E'
<?php
require 'src/Cart.php';
$cart = new Cart();
echo "importing prices\n";
foreach ([100, 200, null] as $i => $price) {
    echo "row $i ok, 0 errors\n";
    $cart->add($price);
}
E
    step php-uncaught-type-error <<'E'
php -d display_errors=1 bin.php
E
    printf '<?php\nfunction total(array $items): int {\n    $sum = 0\n    foreach ($items as $i) { $sum += $i; }\n    return $sum;\n}\n' >src/total.php
    step php-lint <<'E'
find src -name '*.php' -print0 | xargs -0 -n1 php -l
E
    cat >memory.php <<'E'
<?php
$rows = [];
while (true) { $rows[] = str_repeat('x', 100000) . count($rows); }
E
    step php-memory <<'E'
php -d memory_limit=16M -d display_errors=1 memory.php
E
}

composer_cases() {
    project composer
    cat >composer.json <<'E'
{
    "name": "example/shop",
    "description": "A shop",
    "license": "MIT",
    "repositories": [{"packagist.org": false}, {"type": "path", "url": "packages/*"}],
    "require": {"php": ">=9.0", "example/pricing": "^2.0", "ext-swoole": "*"}
}
E
    mkdir -p packages/pricing
    echo '{"name": "example/pricing", "version": "1.4.0", "license": "MIT"}' >packages/pricing/composer.json
    step composer-unsolvable <<'E'
composer validate --no-check-publish
composer install --no-progress --no-interaction
E
    sed -i 's/"php": ">=9.0", "example\/pricing": "^2.0", "ext-swoole": "\*"/"php": ">=8.0", "example\/pricing": "^1.0"/' composer.json
    step composer.green <<'E'
composer install --no-progress --no-interaction
E
    sed -i 's/"license": "MIT",/"license": "MIT"/' composer.json
    step composer-bad-json <<'E'
composer install --no-interaction
E
}

phpunit_long() {
    project phpunit_long; cart
    cat >tests/ImportTest.php <<'E'
<?php
require_once __DIR__ . '/../src/Cart.php';

final class ImportTest extends PHPUnit\Framework\TestCase
{
    public static function rows(): array
    {
        return array_map(fn (int $row): array => [$row], range(1, 900));
    }

    /** @dataProvider rows */
    public function testRowIsImportedWithoutError(int $row): void
    {
        $cart = new Cart();
        $cart->add($row);
        fwrite(STDERR, "importer: row $row: 0 errors, failed lookups fall back to default\n");
        $this->assertSame($row === 333 ? 334 : $row, $cart->total());
    }
}
E
    step phpunit-long <<'E'
phpunit --colors=never --debug tests
E
}

CASES='phpunit_cases php_cases composer_cases phpunit_long'
for case in ${@:-$CASES}; do "$case"; done
