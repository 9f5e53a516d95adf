#!/bin/bash
# Red and green logs of Java, Kotlin, Scala, Groovy and Clojure tools. Needs: JDK 17, maven, network (Maven Central);
# Debian's gradle, groovy, clojure where the case says so. Run one case: ./make.sh case_name
set -u
. "$(dirname "$0")/../step.sh"
MVN='mvn -B -ntp'

pom() { # pom EXTRA_DEPENDENCIES EXTRA_PLUGINS
    cat >pom.xml <<E
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>com.example</groupId>
  <artifactId>shop</artifactId>
  <version>1.4.0-SNAPSHOT</version>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>2.0.13</version></dependency>
    <dependency><groupId>org.junit.jupiter</groupId><artifactId>junit-jupiter</artifactId><version>5.10.2</version><scope>test</scope></dependency>
    $1
  </dependencies>
  <build><plugins>
    <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.13.0</version></plugin>
    <plugin><artifactId>maven-surefire-plugin</artifactId><version>3.2.5</version></plugin>
    $2
  </plugins></build>
</project>
E
    mkdir -p src/main/java/com/example/shop src/test/java/com/example/shop
}

cart() {
    cat >src/main/java/com/example/shop/Cart.java <<'E'
package com.example.shop;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public class Cart {
    private static final Logger LOG = LoggerFactory.getLogger(Cart.class);
    private final List<Integer> cents = new ArrayList<>();

    public void add(int price) {
        if (price < 0) {
            LOG.error("rejected price", new IllegalArgumentException("negative price " + price));
            return;
        }
        cents.add(price);
    }

    public int total() {
        return cents.stream().mapToInt(Integer::intValue).sum();
    }

    public int discounted(int percent) {
        LOG.info("discount of {} percent, error margin 0", percent);
        return total() - total() * percent / 1000;
    }
}
E
    cat >src/test/java/com/example/shop/CartTest.java <<'E'
package com.example.shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CartTest {
    @Test
    void sumsPrices() {
        Cart cart = new Cart();
        cart.add(250);
        cart.add(-1);
        assertEquals(250, cart.total());
    }
}
E
}

maven_green() {
    project maven_green; pom '' ''; cart
    step maven-test.green <<E
$MVN test
E
}

maven_compile_error() {
    project maven_compile; pom '' ''; cart
    cat >src/main/java/com/example/shop/Invoice.java <<'E'
package com.example.shop;

public class Invoice {
    private final Cart cart;

    public Invoice(Cart cart) {
        this.cart = cart;
    }

    public String print() {
        Money total = cart.totalWithTax();
        return "Total: " + total;
    }
}
E
    step maven-compile-error <<E
$MVN verify
E
}

maven_junit5_failure() {
    project maven_junit5; pom '' ''; cart
    cat >src/test/java/com/example/shop/DiscountTest.java <<'E'
package com.example.shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Nested;

class DiscountTest {
    @Test
    void tenPercentOff() {
        Cart cart = new Cart();
        cart.add(1000);
        assertEquals(900, cart.discounted(10));
    }

    @Nested
    class OfNothing {
        @Test
        void isNothing() {
            assertEquals(0, new Cart().discounted(10));
        }
    }
}
E
    step maven-junit5-failure <<E
$MVN verify
E
}

maven_junit5_error_color() {
    project maven_color; pom '' ''; cart
    cat >src/test/java/com/example/shop/StockTest.java <<'E'
package com.example.shop;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StockTest {
    private final Map<String, Integer> stock = Map.of("apple", 3);

    @Test
    void pearsAreCounted() {
        int pears = stock.get("pear");
        new Cart().add(pears);
    }
}
E
    step maven-junit5-error-color <<'E'
mvn -B -Dstyle.color=always test
E
}

maven_junit4_failure() {
    project maven_junit4
    pom '<dependency><groupId>org.junit.vintage</groupId><artifactId>junit-vintage-engine</artifactId><version>5.10.2</version><scope>test</scope></dependency>' ''
    sed -i 's#<artifactId>maven-surefire-plugin</artifactId><version>3.2.5#<artifactId>maven-surefire-plugin</artifactId><version>2.22.2#' pom.xml
    cart; rm src/test/java/com/example/shop/CartTest.java
    cat >src/test/java/com/example/shop/LegacyCartTest.java <<'E'
package com.example.shop;

import org.junit.Assert;
import org.junit.Test;

public class LegacyCartTest {
    @Test
    public void emptyCartCostsNothing() {
        Assert.assertEquals(0, new Cart().total());
    }

    @Test
    public void rejectsNegative() {
        Cart cart = new Cart();
        cart.add(-5);
        Assert.assertEquals("a negative price must count as zero", 0, cart.total());
        Assert.assertTrue("cart should report the rejected price", cart.toString().contains("rejected"));
    }

    @Test(timeout = 200)
    public void isFast() throws InterruptedException {
        Thread.sleep(1000);
    }
}
E
    step maven-junit4-failure <<E
$MVN test
E
}

maven_dependency() {
    project maven_dependency
    pom '<dependency><groupId>com.google.guava</groupId><artifactId>guava</artifactId><version>99.1-jre</version></dependency>' ''
    cart
    step maven-dependency-missing <<'E'
java -version
mvn -B package
E
}

maven_repository_down() {
    project maven_repository
    pom '<dependency><groupId>com.example.internal</groupId><artifactId>pricing</artifactId><version>2.0.0</version></dependency>' ''
    sed -i 's#<dependencies>#<repositories><repository><id>internal</id><url>https://registry.example.com/maven/</url></repository></repositories>\n  <dependencies>#' pom.xml
    cart
    step maven-repository-unreachable <<E
$MVN package
E
}

maven_enforcer() {
    project maven_enforcer
    pom '' '<plugin><artifactId>maven-enforcer-plugin</artifactId><version>3.4.1</version><executions><execution><id>versions</id><goals><goal>enforce</goal></goals><configuration><rules><requireJavaVersion><version>[21,)</version></requireJavaVersion></rules></configuration></execution></executions></plugin>'
    cart
    step maven-enforcer <<E
$MVN verify
E
}

maven_checkstyle() {
    project maven_checkstyle
    pom '' '<plugin><artifactId>maven-checkstyle-plugin</artifactId><version>3.3.1</version><configuration><configLocation>google_checks.xml</configLocation><violationSeverity>warning</violationSeverity><consoleOutput>true</consoleOutput><failsOnError>false</failsOnError></configuration><executions><execution><phase>validate</phase><goals><goal>check</goal></goals></execution></executions></plugin>'
    mkdir -p src/main/java/com/example/shop
    cat >src/main/java/com/example/shop/Price.java <<'E'
package com.example.shop;

import java.util.*;

/** A price. */
public class Price {
  private int Cents;

  /** Makes one. */
  public Price(int cents) { Cents = cents; }
}
E
    step maven-checkstyle <<E
$MVN validate
E
}

maven_fork_crash() {
    project maven_crash; pom '' ''; cart
    cat >src/test/java/com/example/shop/ExitTest.java <<'E'
package com.example.shop;

import org.junit.jupiter.api.Test;

class ExitTest {
    @Test
    void leavesEarly() {
        System.exit(42);
    }
}
E
    step maven-fork-crash <<E
$MVN test
E
}

maven_pom_invalid() {
    project maven_pom; pom '' ''; cart
    sed -i 's#<version>5.10.2</version>##' pom.xml
    step maven-pom-invalid <<E
$MVN verify
E
}

maven_heap() {
    project maven_heap
    pom '' ''
    sed -i 's#<artifactId>maven-surefire-plugin</artifactId><version>3.2.5</version>#<artifactId>maven-surefire-plugin</artifactId><version>3.2.5</version><configuration><argLine>-Xmx48m</argLine></configuration>#' pom.xml
    cart
    cat >src/test/java/com/example/shop/LoadTest.java <<'E'
package com.example.shop;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadTest {
    @Test
    void loadsTheWholeCatalogue() {
        List<byte[]> pages = new ArrayList<>();
        for (int page = 0; page < 10_000; page++) {
            pages.add(new byte[1 << 20]);
        }
    }
}
E
    step maven-test-heap-space <<E
$MVN test
E
}

reactor() { # reactor PROPERTIES
    mkdir core web
    cat >pom.xml <<E
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>com.example</groupId><artifactId>parent</artifactId><version>1.0</version><packaging>pom</packaging>
  <properties>$1<project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
  <modules><module>core</module><module>web</module></modules>
</project>
E
    for module in core web; do
        mkdir -p $module/src/main/java
        cat >$module/pom.xml <<E
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent><groupId>com.example</groupId><artifactId>parent</artifactId><version>1.0</version></parent>
  <artifactId>$module</artifactId>
</project>
E
    done
    cat >core/src/main/java/Core.java <<'E'
import java.util.Optional;

public class Core {
    String name() {
        Optional<Integer> size = Optional.of(3);
        String text = size.get();
        return text
    }
}
E
    sed -i 's/return text$/return text;/' core/src/main/java/Core.java
    echo 'public class Web { @Deprecated Thread t = new Thread(); void stop() { t.stop(); } }' >web/src/main/java/Web.java
}

maven_reactor() {
    project maven_source_option; reactor ''
    step maven-source-option <<'E'
mvn -B -T2 compile
E
    project maven_reactor; reactor '<maven.compiler.source>17</maven.compiler.source><maven.compiler.target>17</maven.compiler.target>'
    step maven-reactor-compile-error <<'E'
mvn -B -T2 compile
E
}

javac_error() {
    project javac
    cat >Greeter.java <<'E'
import java.util.List;

public class Greeter {
    static String greet(List<String> names) {
        for (String name : names) {
            System.out.println("Hello " + name)
        }
        return names.size() + " greeted";
    }

    public static void main(String[] args) {
        int count = greet(List.of(args));
    }
}
E
    step javac-syntax <<'E'
mkdir -p out
javac -Xlint:all -d out Greeter.java
E
    sed -i 's/+ name)$/+ name);/' Greeter.java
    step javac-type <<'E'
javac -Xlint:all -d out Greeter.java
E
    sed -i 's/int count = greet/String count = greet/' Greeter.java
    step javac.green <<'E'
javac -Xlint:all -d out Greeter.java
java -cp out Greeter error failure exception
E
    cat >Boot.java <<'E'
import java.nio.file.*;

public class Boot {
    static String config() {
        try {
            return Files.readString(Path.of("/etc/shop/config.json"));
        } catch (java.io.IOException e) {
            throw new IllegalStateException("cannot read the configuration", e);
        }
    }

    public static void main(String[] args) {
        System.err.println("WARN  no error handler configured, using default");
        System.out.println(config());
    }
}
E
    step java-uncaught-exception <<'E'
javac -d out Boot.java
java -cp out Boot
E
    step java-class-missing <<'E'
java -cp out com.example.Boot
E
}

java_heap() {
    project java_heap
    cat >Import.java <<'E'
import java.util.*;

public class Import {
    public static void main(String[] args) {
        Map<Integer, int[]> rows = new HashMap<>();
        for (int i = 0; ; i++) {
            rows.put(i, new int[200_000]);
            if (i % 10 == 0) System.out.println("imported " + i * 1000 + " rows");
        }
    }
}
E
    step java-heap-space <<'E'
javac Import.java
java -Xmx64m Import
E
}

kotlin_pom() {
    project "$1"
    pom '<dependency><groupId>org.jetbrains.kotlin</groupId><artifactId>kotlin-stdlib</artifactId><version>1.9.24</version></dependency><dependency><groupId>org.jetbrains.kotlin</groupId><artifactId>kotlin-test-junit5</artifactId><version>1.9.24</version><scope>test</scope></dependency>' \
        '<plugin><groupId>org.jetbrains.kotlin</groupId><artifactId>kotlin-maven-plugin</artifactId><version>1.9.24</version><executions><execution><id>compile</id><goals><goal>compile</goal></goals></execution><execution><id>test-compile</id><goals><goal>test-compile</goal></goals></execution></executions></plugin>'
    sed -i 's#<build>#<build><sourceDirectory>src/main/kotlin</sourceDirectory><testSourceDirectory>src/test/kotlin</testSourceDirectory>#' pom.xml
    mkdir -p src/main/kotlin src/test/kotlin
}

kotlin_compile() {
    kotlin_pom kotlin_compile
    cat >src/main/kotlin/Account.kt <<'E'
package com.example

class Account(val owner: String, private val unused: Int = 0) {
    fun nickname(): String? = owner.takeIf { it.length < 8 }

    fun greeting(): String {
        val name: String = nickname()
        return "Hello ${name.uppercase()}, you owe ${balence()}"
    }
}
E
    step kotlin-maven-compile-error <<E
$MVN compile
E
}

kotlin_test() {
    kotlin_pom kotlin_test
    cat >src/main/kotlin/Account.kt <<'E'
package com.example

class Account(val owner: String) {
    fun balance(vararg moves: Int): Int = moves.filter { it > 0 }.sum()
}
E
    cat >src/test/kotlin/AccountTest.kt <<'E'
package com.example

import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertNotNull

class AccountTest {
    @Test
    fun `has an owner`() = assertNotNull(Account("Ada").owner).let { }

    @Test
    fun `withdrawals reduce the balance`() {
        assertEquals(60, Account("Ada").balance(100, -40), "balance after withdrawal")
    }
}
E
    step kotlin-maven-test-failure <<E
$MVN test
E
}

scala_pom() {
    project "$1"
    pom '<dependency><groupId>org.scala-lang</groupId><artifactId>scala-library</artifactId><version>2.13.14</version></dependency><dependency><groupId>org.scalatest</groupId><artifactId>scalatest_2.13</artifactId><version>3.2.18</version><scope>test</scope></dependency>' \
        '<plugin><groupId>net.alchim31.maven</groupId><artifactId>scala-maven-plugin</artifactId><version>4.9.1</version><executions><execution><goals><goal>compile</goal><goal>testCompile</goal></goals></execution></executions></plugin><plugin><groupId>org.scalatest</groupId><artifactId>scalatest-maven-plugin</artifactId><version>2.2.0</version><configuration><colors>false</colors></configuration><executions><execution><id>test</id><goals><goal>test</goal></goals></execution></executions></plugin>'
    mkdir -p src/main/scala src/test/scala
}

scala_cases() {
    scala_pom scala
    cat >src/main/scala/Basket.scala <<'E'
package com.example

final case class Basket(items: Map[String, Int]) {
  def count(name: String): Int = items.get(name)
  def total: Int = items.values.sum.toStrin.length
}
E
    step scala-maven-compile-error <<E
$MVN compile
E
    sed -i 's/items.get(name)/items.getOrElse(name, 0)/; s/.toStrin.length//' src/main/scala/Basket.scala
    cat >src/test/scala/BasketSpec.scala <<'E'
package com.example

import org.scalatest.funsuite.AnyFunSuite

class BasketSpec extends AnyFunSuite {
  test("counts one kind") {
    assert(Basket(Map("pear" -> 2)).count("pear") == 2)
  }
  test("an error message for a failure is not an error") {
    info("error: none, failed: none")
  }
  test("sums all kinds") {
    assert(Basket(Map("pear" -> 2, "fig" -> 3)).total == 6)
  }
  test("refuses unknown kinds") {
    Basket(Map.empty).items("kiwi")
  }
}
E
    step scalatest-failure <<E
$MVN test
E
    sed -i 's/== 6/== 5/; s/items("kiwi")/items.get("kiwi")/' src/test/scala/BasketSpec.scala
    step scalatest.green <<E
$MVN test
E
}

groovy_cases() {
    project groovy
    cat >build.groovy <<'E'
def release = [name: 'shop', version: '1.2']
println "Releasing ${release.name}"
def tag = release.version.substring(0, 9)
println tag
E
    step groovy-exception <<'E'
groovy build.groovy
E
    cat >deploy.groovy <<'E'
class Deploy {
    void run(String env) {
        println "deploying to ${env"
    }
}
E
    step groovy-compile-error <<'E'
groovyc deploy.groovy
E
}

clojure_cases() {
    project clojure
    mkdir -p src/shop test/shop
    cat >src/shop/core.clj <<'E'
(ns shop.core)
(defn total [prices] (reduce + (rest prices)))
E
    cat >test/shop/core_test.clj <<'E'
(ns shop.core-test
  (:require [clojure.test :refer [deftest is testing run-tests]]
            [shop.core :as core]))
(deftest empty-basket
  (is (= 0 (core/total []))))
(deftest basket-total
  (testing "sums every price"
    (is (= 6 (core/total [1 2 3])))))
(deftest free-item
  (is (= 0 (core/total nil)))
  (is (= 5 (core/total [0 5 :free]))))
(let [{:keys [fail error]} (run-tests 'shop.core-test)]
  (System/exit (+ fail error)))
E
    step clojure-test-failure <<'E'
java -cp /usr/share/java/clojure.jar:/usr/share/java/spec.alpha.jar:/usr/share/java/core.specs.alpha.jar:src:test clojure.main test/shop/core_test.clj
E
    echo '(ns shop.api) (defn handler [req] (respnse (:body req)))' >src/shop/api.clj
    step clojure-compile-error <<'E'
java -cp /usr/share/java/clojure.jar:/usr/share/java/spec.alpha.jar:/usr/share/java/core.specs.alpha.jar:src:test clojure.main -e "(require 'shop.api)"
E
}

gradle_build() {
    project "$1"
    cat >build.gradle <<'E'
apply plugin: 'java'
repositories { maven { url 'https://repo.maven.apache.org/maven2' } }
dependencies {
    compile 'org.slf4j:slf4j-simple:1.7.36'
    testCompile 'junit:junit:4.13.2'
}
test { testLogging { events 'failed', 'skipped'; exceptionFormat 'full' } }
E
    echo "rootProject.name = 'shop'" >settings.gradle
    mkdir -p src/main/java/com/example/shop src/test/java/com/example/shop
    cart
    cat >src/test/java/com/example/shop/CartTest.java <<'E'
package com.example.shop;

import static org.junit.Assert.assertEquals;
import org.junit.Test;

public class CartTest {
    @Test
    public void rejectsErrorsQuietly() {
        Cart cart = new Cart();
        cart.add(-3);
        assertEquals(0, cart.total());
    }
}
E
}

gradle_cases() {
    export GRADLE_OPTS=-Dorg.gradle.daemon=false
    gradle_build gradle
    step gradle.green <<'E'
gradle --console=plain --no-daemon test
E
    cat >src/test/java/com/example/shop/DiscountTest.java <<'E'
package com.example.shop;

import static org.junit.Assert.assertEquals;
import org.junit.Test;

public class DiscountTest {
    @Test
    public void tenPercentOff() {
        Cart cart = new Cart();
        cart.add(1000);
        assertEquals(900, cart.discounted(10));
    }
}
E
    step gradle-test-failure <<'E'
gradle --console=plain --no-daemon build
E
    sed -i 's/cart.discounted(10)/cart.discountd("10")/' src/test/java/com/example/shop/DiscountTest.java
    step gradle-compile-error <<'E'
gradle --console=plain --no-daemon check
E
    sed -i "s/slf4j-simple:1.7.36/slf4j-simple:99.9/" build.gradle
    step gradle-dependency-missing <<'E'
gradle --console=plain --no-daemon assemble
E
    echo 'task release { doLast { exec { commandLine "sh", "-c", "echo uploading; exit 4" } } }' >>build.gradle
    step gradle-exec-failed <<'E'
gradle --console=plain --no-daemon release
E
    step gradle-task-unknown <<'E'
gradle --console=plain --no-daemon publishToMars
E
    echo 'dependncies { }' >>build.gradle
    step gradle-script-error <<'E'
gradle --console=plain --no-daemon build
E
}

maven_long() {
    project maven_long; pom '' ''; cart
    cat >src/test/java/com/example/shop/ImportTest.java <<'E'
package com.example.shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class ImportTest {
    private static final Logger LOG = LoggerFactory.getLogger(ImportTest.class);

    @RepeatedTest(40)
    void toleratesBadRows() {
        Cart cart = new Cart();
        for (int row = 0; row < 30; row++) {
            LOG.info("row {} imported, failed: 0, errors: 0", row);
            cart.add(row);
        }
        cart.add(-7);
        assertThrows(NumberFormatException.class, () -> Integer.parseInt("seven"));
    }

    @Test
    void countsRows() {
        Cart cart = new Cart();
        cart.add(3);
        assertEquals("3.00", String.format("%.1f", cart.total() / 1.0), "formatted total");
    }
}
E
    step maven-long-log <<'E'
mvn -B -Dmaven.repo.local=.m2 verify
E
}

CASES='maven_green maven_compile_error maven_junit5_failure maven_junit5_error_color maven_junit4_failure maven_dependency maven_repository_down maven_enforcer maven_checkstyle maven_fork_crash maven_pom_invalid maven_heap maven_reactor javac_error java_heap kotlin_compile kotlin_test scala_cases groovy_cases clojure_cases gradle_cases maven_long'
for case in ${@:-$CASES}; do "$case"; done
