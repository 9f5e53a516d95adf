#!/bin/bash
# Red and green logs of C and C++ tools from Debian: gcc, clang, make, cmake, ninja, libgtest-dev, catch2, check,
# libboost-test-dev, valgrind, cppcheck, autoconf, meson where the machine has them.
set -u
. "$(dirname "$0")/../step.sh"
export CTEST_OUTPUT_ON_FAILURE=

shop() {
    mkdir -p src tests
    cat >src/cart.h <<'E'
#ifndef CART_H
#define CART_H
struct line { const char *name; int price, count; };
int cart_total(const struct line *lines, int count);
int cart_discounted(const struct line *lines, int count, int percent);
int cart_error_count(void);
#endif
E
    cat >src/cart.c <<'E'
#include "cart.h"

int cart_total(const struct line *lines, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++)
        sum += lines[i].price * lines[i].count;
    return sum;
}

int cart_discounted(const struct line *lines, int count, int percent)
{
    return cart_total(lines, count) * (100 - percent) / 10;
}

int cart_error_count(void) { return 0; }
E
    for n in $(seq 1 30); do
        printf '#include "cart.h"\nint error_%d(int code) { return code + %d + cart_error_count(); }\n' "$n" "$n" >"src/error_$n.c"
    done
    printf '#include <stdio.h>\n#include "cart.h"\nint main(void)\n{\n    struct line lines[] = {{"pear", 300, 3}};\n    printf("total %%d, errors: %%d\\n", cart_total(lines, 1), cart_error_count());\n    return 0;\n}\n' >src/main.c
    cat >Makefile <<'E'
CFLAGS = -O1 -Wall -Wextra -Werror=implicit-function-declaration -g
OBJECTS = $(patsubst %.c,%.o,$(wildcard src/*.c))

shop: $(OBJECTS)
	$(CC) -o $@ $^ $(LDLIBS)

clean:
	rm -f shop src/*.o

check: shop
	./shop
	sh tests/run.sh
E
}

make_cases() {
    project make; shop
    step make.green <<'E'
make -j4 CFLAGS='-Wall -Wextra -Werror -g'
./shop
E
    make -s clean
    printf '#include "cart.h"\n#include <stdlib.h>\n\nint voucher(struct line *line, char *code)\n{\n    int unused;\n    line->prise = strtol(code, 0, 10)\n    return apply_voucher(line);\n}\n' >src/voucher.c
    step gcc-error <<'E'
make
E
    make -s clean
    step gcc-error-parallel <<'E'
make -j4 -k
E
    make -s clean
    printf '#include "cart.h"\n#include <libpq-fe.h>\nint voucher(void) { return 1; }\n' >src/voucher.c
    step gcc-header-missing <<'E'
make -s
E
    printf '#include "cart.h"\nint voucher(int rate) { int error; if (rate = 3) return error; char *text = rate; return text == 0; }\n' >src/voucher.c
    step gcc-werror <<'E'
make -s CFLAGS='-Wall -Wextra -Werror -O2'
E
    step clang-error-color <<'E'
make -s CC=clang CFLAGS='-Wall -Werror -fcolor-diagnostics'
E
    printf '#include "cart.h"\nint apply_voucher(int);\nint voucher(int rate) { return apply_voucher(rate); }\nint cart_error_count(void) { return 1; }\n' >src/voucher.c
    make -s clean
    step ld-multiple-definition <<'E'
make
E
    printf '#include "cart.h"\nint apply_voucher(int);\nint voucher(int rate) { return apply_voucher(rate); }\n' >src/voucher.c
    step ld-undefined <<'E'
make -s
E
    rm src/voucher.c
    step ld-library-missing <<'E'
make -s LDLIBS='-lm -lshop_prices'
E
    printf 'echo "1..3"; echo "ok 1 - total"; echo "not ok 2 - discount"; echo "# expected 810, got 8100"; echo "ok 3 - error page"; exit 1\n' >tests/run.sh
    step make-check-tap <<'E'
make -s check
E
    step make-no-target <<'E'
make deploy
E
    printf 'all: shop\nshop: src/missing.c\n\tcc -o shop src/missing.c\n' >other.mk
    step make-no-rule <<'E'
make -f other.mk
E
    printf 'all:\n        echo spaces\n' >spaces.mk
    step make-separator <<'E'
make -f spaces.mk
E
    printf 'include config.mk\nifndef SHOP_HOME\n$(error SHOP_HOME is not set)\nendif\nall:\n' >guard.mk
    step make-include-missing <<'E'
make -f guard.mk
E
    touch config.mk
    step make-guard <<'E'
make -f guard.mk
E
    printf 'all:\n\t@echo packing; protoc-gen-shop --out=. || exit $$?\n' >tool.mk
    step make-tool-missing <<'E'
make -f tool.mk
E
    printf 'all: a\na:\n\t$(MAKE) -f inner.mk\n' >outer.mk; printf 'all:\n\t@echo "building 3 pages"\n\t@test -f page.html\n' >inner.mk
    step make-recursive <<'E'
make -f outer.mk
E
    printf 'class Cart {\n  int total();\n};\n#include <string>\n#include <vector>\n#include <map>\n#include <algorithm>\nint Cart::total(int x) { return 1; }\nint main() {\n  std::vector<std::string> names;\n  std::map<std::string, int> m;\n  m.push_back(3);\n  std::sort(m.begin(), m.end());\n  return names;\n}\n' >cart.cpp
    step gxx-template <<'E'
g++ -std=c++17 -Wall -c cart.cpp -o cart.o
E
    step clangxx-limit <<'E'
clang++ -std=c++17 -ferror-limit=2 -c cart.cpp -o cart.o
E
    printf '#include <type_traits>\ntemplate <class T> T half(T v) { static_assert(std::is_integral<T>::value, "prices are whole cents"); return v / 2; }\nint main() { return half(2.5); }\n' >half.cpp
    step gxx-static-assert <<'E'
g++ -o half half.cpp
E
}

cmake_cases() {
    project cmake; shop
    cat >CMakeLists.txt <<'E'
cmake_minimum_required(VERSION 3.20)
project(shop C CXX)
enable_testing()
add_library(cart src/cart.c)
target_include_directories(cart PUBLIC src)
add_executable(shop src/main.c)
target_link_libraries(shop cart)
find_package(GTest REQUIRED)
add_executable(cart_test tests/cart_test.cpp)
target_link_libraries(cart_test cart GTest::gtest_main)
add_test(NAME cart COMMAND cart_test)
add_test(NAME error_page COMMAND shop)
add_test(NAME slow COMMAND sleep 5)
set_tests_properties(slow PROPERTIES TIMEOUT 1)
E
    cat >tests/cart_test.cpp <<'E'
#include <gtest/gtest.h>
extern "C" {
#include "cart.h"
}

TEST(CartTest, ErrorCountIsZero) { EXPECT_EQ(cart_error_count(), 0); }

TEST(CartTest, Total) {
    line lines[] = {{"pear", 300, 3}};
    EXPECT_EQ(cart_total(lines, 1), 900);
}
E
    step cmake.green <<'E'
cmake -S . -B build
cmake --build build
ctest --test-dir build --output-on-failure -E slow
E
    cat >>tests/cart_test.cpp <<'E'

TEST(CartTest, Discount) {
    line lines[] = {{"pear", 300, 3}};
    EXPECT_EQ(cart_discounted(lines, 1, 10), 810) << "ten percent off";
    ASSERT_STREQ(lines[0].name, "apple");
}

class Rates : public testing::TestWithParam<int> {};
TEST_P(Rates, NoError) { EXPECT_LT(GetParam(), 4); }
INSTANTIATE_TEST_SUITE_P(All, Rates, testing::Values(1, 2, 3, 4));
E
    step ctest-gtest <<'E'
cmake --build build -j2
ctest --test-dir build --output-on-failure
E
    step ctest-plain <<'E'
ctest --test-dir build
E
    step gtest-color <<'E'
./build/cart_test --gtest_color=yes
E
    printf '#include "cart.h"\nint voucher(void) { return voucher_of(3); }\nint broken( { }\n' >src/voucher.c
    sed -i 's#src/cart.c)#src/cart.c src/voucher.c)#' CMakeLists.txt
    step cmake-ninja-compile <<'E'
cmake -G Ninja -S . -B ninja
ninja -C ninja
E
    step cmake-make-compile <<'E'
cmake --build build
E
    sed -i 's# src/voucher.c)# src/gone.c)#; s/find_package(GTest REQUIRED)/find_package(GTest REQUIRED)\nfind_package(LibShopPrices 2.0 REQUIRED)/' CMakeLists.txt
    step cmake-package-missing <<'E'
cmake -S . -B other
E
    sed -i '/LibShopPrices/d' CMakeLists.txt
    step cmake-source-missing <<'E'
cmake -S . -B other
E
    printf 'cmake_minimum_required(VERSION 3.99)\nproject(shop)\n' >CMakeLists.txt
    step cmake-version <<'E'
cmake -S . -B newer
E
    printf 'cmake_minimum_required(VERSION 3.20)\nproject(shop C)\nfind_package(ZLIB REQUIRED)\nfind_library(PRICES shop_prices REQUIRED)\nmessage(FATAL_ERROR "never reached")\n' >CMakeLists.txt
    step cmake-library-missing <<'E'
cmake -S . -B newer
E
    printf 'cmake_minimum_required(VERSION 3.20)\nproject(shop C)\nif(NOT DEFINED SHOP_HOME)\n  message(FATAL_ERROR "SHOP_HOME has to be set:\\n  cmake -D SHOP_HOME=...")\nendif()\n' >CMakeLists.txt
    step cmake-fatal <<'E'
cmake -S . -B newer
E
    printf 'cmake_minimum_required(VERSION 3.20)\nproject(shop C)\nadd_exeutable(shop main.c)\n' >CMakeLists.txt
    step cmake-unknown-command <<'E'
cmake -S . -B newer
E
    step cmake-compiler-missing <<'E'
cmake -S . -B cross -D CMAKE_C_COMPILER=arm-none-eabi-gcc
E
    step cmake-no-lists <<'E'
cmake -S src -B nowhere
E
    step ninja-no-target <<'E'
ninja -C ninja deploy
E
}

test_cases() {
    project runners; shop
    cat >catch.cpp <<'E'
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
extern "C" {
#include "cart.h"
}

TEST_CASE("an error count of zero", "[cart]") { CHECK(cart_error_count() == 0); }

TEST_CASE("discount", "[cart]") {
    line lines[] = {{"pear", 300, 3}};
    SECTION("none") { REQUIRE(cart_discounted(lines, 1, 0) == 9000); }
    SECTION("ten percent") { REQUIRE(cart_discounted(lines, 1, 10) == 810); }
}
E
    step catch2 <<'E'
gcc -c -Isrc src/cart.c -o cart.o
g++ -Isrc catch.cpp cart.o -o catch
./catch
E
    step catch2.green <<'E'
./catch "an error count of zero"
E
    cat >boost.cpp <<'E'
#define BOOST_TEST_MODULE cart
#include <boost/test/included/unit_test.hpp>
extern "C" {
#include "cart.h"
}

BOOST_AUTO_TEST_CASE(error_count) { BOOST_TEST(cart_error_count() == 0); }

BOOST_AUTO_TEST_CASE(discount) {
    line lines[] = {{"pear", 300, 3}};
    BOOST_TEST(cart_discounted(lines, 1, 10) == 810);
    BOOST_CHECK_EQUAL(cart_total(lines, 1), 900);
}
E
    step boost-test <<'E'
g++ -Isrc boost.cpp cart.o -o boost
./boost
E
    cat >check.c <<'E'
#include <check.h>
#include <stdlib.h>
#include "cart.h"

START_TEST(error_count) { ck_assert_int_eq(cart_error_count(), 0); }
END_TEST

START_TEST(discount)
{
    struct line lines[] = {{"pear", 300, 3}};
    ck_assert_int_eq(cart_discounted(lines, 1, 10), 810);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cart");
    TCase *tests = tcase_create("totals");
    tcase_add_test(tests, error_count);
    tcase_add_test(tests, discount);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    return srunner_ntests_failed(runner) ? EXIT_FAILURE : EXIT_SUCCESS;
}
E
    step libcheck <<'E'
gcc -Isrc check.c cart.o -o check -lcheck -lsubunit -lrt -lm -lpthread
./check
E
    printf '#include <assert.h>\n#include "cart.h"\nint main(void) { struct line lines[] = {{"pear", 300, 3}}; assert(cart_total(lines, 1) == 900); assert(cart_discounted(lines, 1, 10) == 810); return 0; }\n' >plain.c
    step c-assert <<'E'
gcc -Isrc plain.c cart.o -o plain
./plain
E
    printf '#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\nstruct cart { char name[8]; int *prices; };\nint main(int argc, char **argv)\n{\n    struct cart *cart = malloc(sizeof *cart);\n    strcpy(cart->name, argv[1]);\n    puts("cart made, 0 errors");\n    free(cart);\n    printf("%%s\\n", cart->name);\n    int *p = argc > 2 ? 0 : (int *)cart;\n    return *p;\n}\n' >memory.c
    step asan <<'E'
gcc -g -fsanitize=address -fno-omit-frame-pointer memory.c -o memory
./memory pear
E
    step valgrind <<'E'
gcc -g memory.c -o memory
valgrind --error-exitcode=9 --leak-check=full ./memory pear
E
    step segfault <<'E'
./memory pear crash
E
    printf '#include <stdio.h>\nint main(int argc, char **argv) { int price = 2147483647; price += argc; int *rates = 0; printf("%%d\\n", price); return price / (argc - 1); }\n' >ub.c
    step ubsan <<'E'
gcc -g -fsanitize=undefined -fno-sanitize-recover=undefined ub.c -o ub
./ub
E
    step floating-point <<'E'
gcc -g ub.c -o ub
./ub
E
    printf '#include <stdexcept>\n#include <iostream>\nint main() { std::cout << "loading rates" << std::endl; throw std::runtime_error("no rate for CHF"); }\n' >throw.cpp
    step cxx-uncaught <<'E'
g++ throw.cpp -o throw
./throw
E
    printf '#include <pthread.h>\nint count;\nvoid *add(void *p) { count++; return p; }\nint main(void) { pthread_t a, b; pthread_create(&a, 0, add, 0); pthread_create(&b, 0, add, 0); pthread_join(a, 0); pthread_join(b, 0); return 0; }\n' >race.c
    step tsan <<'E'
gcc -g -fsanitize=thread race.c -o race
setarch -R ./race
E
    printf 'int first(const int *p, int n) { int a[3]; int *q = 0; a[3] = n; if (p) return *q; return a[0]; }\n' >bad.c
    step cppcheck <<'E'
cppcheck --enable=warning,style --error-exitcode=2 bad.c
E
    printf 'int   total( int a ){return a;}\n' >style.c
    step clang-format <<'E'
clang-format --dry-run --Werror style.c
E
    step shared-library-missing <<'E'
gcc -shared -fPIC -o libshop.so -x c src/cart.c
gcc -Isrc plain.c -o plain -L. -lshop
./plain
E
    printf 'AC_INIT([shop], [1.0])\nAC_PROG_CC\nAC_CHECK_HEADER([shop_prices.h], [], [AC_MSG_ERROR([shop_prices.h is needed])])\nAC_OUTPUT\n' >configure.ac
    if command -v autoconf >/dev/null; then
        autoconf
        step configure <<'E'
./configure --prefix=/usr
E
    fi
    step pkg-config <<'E'
gcc -Isrc plain.c $(pkg-config --cflags --libs shop-prices) -o plain
pkg-config --exists --print-errors shop-prices
E
}

CASES='make_cases cmake_cases test_cases'
for case in ${*:-$CASES}; do $case; done
