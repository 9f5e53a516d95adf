#!/bin/bash
# Red and green logs of Perl's own test tools: prove, Test::More, perl -c.
set -u
. "$(dirname "$0")/../step.sh"

cart() {
    mkdir -p lib t
    cat >lib/Cart.pm <<'E'
package Cart;
use strict;
use warnings;

sub new { bless { prices => [] }, shift }
sub add { my ($self, $price) = @_; push @{ $self->{prices} }, $price; $self }
sub total { my $sum = 0; $sum += $_ for @{ $_[0]{prices} }; $sum }
sub names { [ sort keys %{ $_[0]{names} } ] }
1;
E
    cat >t/00-load.t <<'E'
use Test::More tests => 2;
use_ok('Cart');
can_ok('Cart', qw(new add total));
diag("Testing Cart, no error expected, Perl $]");
E
    cat >t/10-total.t <<'E'
use Test::More;
use Cart;
subtest 'sums' => sub {
    plan tests => 2;
    is(Cart->new->total, 0, 'empty');
    is(Cart->new->add(3)->add(4)->total, 7, 'two prices, not failed');
};
done_testing;
E
}

prove_cases() {
    project prove; cart
    step prove.green <<'E'
prove -lv t
E
    cat >t/20-names.t <<'E'
use Test::More tests => 4;
use Cart;
my $cart = Cart->new;
ok($cart, 'made');
is_deeply($cart->names, ['apple', 'pear'], 'names are kept');
is($cart->add(2)->total, 3, 'total after add');
is($cart->total, 2, 'total again');
E
    step prove-failure <<'E'
perl -v | head -2
prove -l t
E
    step prove-verbose-failure <<'E'
prove -lv t
E
    cat >t/30-die.t <<'E'
use Test::More tests => 3;
use Cart;
ok(1, 'before');
my $cart = Cart->new;
$cart->refund(5);
ok(1, 'after');
E
    rm t/20-names.t
    step prove-dies <<'E'
prove -l t
E
    printf 'use strict;\nuse Test::More;\nmy $total = 3;\nis($totl, 3, "typo");\ndone_testing;\n' >t/30-die.t
    step prove-compile-error <<'E'
prove -l t
E
    step perl-module-missing <<'E'
perl -Ilib -MCart -MJSON::XS::Fast -e 'print Cart->new->total'
E
    printf 'use strict;\nuse warnings;\nopen my $fh, "<", "config/prices.csv" or die "cannot open prices: $!";\n' >import.pl
    step perl-die <<'E'
perl -c import.pl
perl import.pl
E
    printf 'use strict;\nmy %%prices = (apple => 3;\nprint $prices{apple};\n' >broken.pl
    step perl-syntax <<'E'
perl -c broken.pl
E
    cat >t/30-die.t <<'E'
use Test::More tests => 3;
ok(1, 'first');
$| = 1;
kill 'SEGV', $$;
E
    step prove-signal <<'E'
prove -l t
E
}

prove_long() {
    project prove_long; cart
    cat >t/40-import.t <<'E'
use Test::More;
use Cart;
my $cart = Cart->new;
for my $row (1 .. 1200) {
    diag("warning: row $row has no name, error ignored") if $row % 7 == 0;
    $cart->add($row);
    is($cart->total, $row * ($row + 1) / 2 + ($row == 411 ? 1 : 0), "row $row imported without error");
}
done_testing;
E
    sed 's/411/0/' t/40-import.t >t/50-again.t
    step prove-long <<'E'
prove -lv t
E
}

CASES='prove_cases prove_long'
for case in ${@:-$CASES}; do "$case"; done
