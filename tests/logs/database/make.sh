#!/bin/bash
# Logs of jobs that use a database: PostgreSQL, MariaDB, Redis and SQLite from Debian, started here by hand.
# WORK has to be a folder that the user `nobody` may read.
set -u
. "$(dirname "$0")/../step.sh"
PG=$(ls -d /usr/lib/postgresql/*/bin | tail -1)

postgres_cases() {
    project postgres; chmod 777 .
    step psql-refused <<'E'
psql -h 127.0.0.1 -p 15432 -U shop -c 'select 1'
E
    mkdir data && chown nobody data
    echo secret >pw
    chmod 644 pw
    su nobody -s /bin/sh -c "$PG/initdb -D data -U shop --pwfile=pw -A scram-sha-256 >/dev/null && $PG/pg_ctl -D data -o '-p 15432 -k /tmp' -l data/log -w start >/dev/null"
    export PGPASSWORD=secret PGHOST=127.0.0.1 PGPORT=15432 PGUSER=shop
    step psql.green <<'E'
psql -v ON_ERROR_STOP=1 -d postgres -c "create table errors (message text not null)" -c "insert into errors values ('failed: 0')" -c "drop table if exists missing"
E
    step psql-auth-failed <<'E'
PGPASSWORD=guess psql -d postgres -c 'select 1'
E
    step psql-database-missing <<'E'
psql -d shop_test -c 'select 1'
E
    printf 'create table items (id serial primary key, name text unique not null);\ninsert into items (name) values ($$pear$$);\n' >001_items.sql
    printf 'insert into items (name) values ($$pear$$);\nalter table items add column price integer not null default 0;\n' >002_price.sql
    step psql-migration-duplicate <<'E'
psql -q -v ON_ERROR_STOP=1 -d postgres -f 001_items.sql
psql -q -v ON_ERROR_STOP=1 -d postgres -f 002_price.sql
E
    printf 'create index on item (name);\n' >003_index.sql
    step psql-relation-missing <<'E'
psql -v ON_ERROR_STOP=1 -d postgres -f 003_index.sql
E
    printf 'select id nme from items where;\n' >004.sql
    step psql-syntax <<'E'
psql -v ON_ERROR_STOP=1 -d postgres -f 004.sql
E
    cat >deadlock.sh <<'E'
psql -q -d postgres -c "insert into items (name) values ('fig')"
psql -q -v ON_ERROR_STOP=1 -d postgres -c "begin; update items set name = 'a' where name = 'pear'; select pg_sleep(1); update items set name = 'b' where name = 'fig'; commit" &
psql -q -v ON_ERROR_STOP=1 -d postgres -c "begin; update items set name = 'c' where name = 'fig'; select pg_sleep(1); update items set name = 'd' where name = 'pear'; commit"
first=$?
wait $! && exit $first
E
    step psql-deadlock <<'E'
sh deadlock.sh
E
    step psql-statement-timeout <<'E'
PGOPTIONS='-c statement_timeout=200' psql -d postgres -c 'select pg_sleep(5)'
E
    su nobody -s /bin/sh -c "$PG/pg_ctl -D data -m fast stop >/dev/null"
}

mariadb_cases() {
    project mariadb; chmod 777 .
    step mysql-refused <<'E'
mysql -h 127.0.0.1 -P 13306 -u shop -psecret -e 'select 1'
E
    mkdir data && chown nobody data
    mariadb-install-db --user=nobody --datadir="$PWD/data" >/dev/null 2>&1
    mariadbd --no-defaults --user=nobody --datadir="$PWD/data" --port=13306 --bind-address=127.0.0.1 --socket="$PWD/data/s" 2>/dev/null & local server=$!
    sleep 8
    mysql -S data/s -e "create database shop; create user shop@localhost identified by 'secret'; grant all on \`shop%\`.* to shop@localhost"
    step mysql-access-denied <<'E'
mysql -h 127.0.0.1 -P 13306 -u shop -pguess shop -e 'select 1'
E
    printf 'create table items (id int primary key, name varchar(20));\ninsert into items values (1, "pear");\ninsert into items values (1, "fig");\n' >seed.sql
    step mysql-duplicate-entry <<'E'
mysql -h 127.0.0.1 -P 13306 -u shop -psecret shop < seed.sql
E
    step mysql-unknown-column <<'E'
mysql -h 127.0.0.1 -P 13306 -u shop -psecret shop -e 'select price from items'
E
    step mysql-unknown-database <<'E'
mysql -h 127.0.0.1 -P 13306 -u shop -psecret shop_test -e 'select 1'
E
    step mysql.green <<'E'
mysql -h 127.0.0.1 -P 13306 -u shop -psecret shop -e 'select count(*) as errors from items where id > 10'
E
    kill $server; wait $server 2>/dev/null
}

redis_cases() {
    project redis
    step redis-refused <<'E'
redis-cli -p 16379 ping
E
    redis-server --port 16379 --requirepass secret --maxmemory 1mb --save '' >/dev/null 2>&1 & local server=$!
    sleep 1
    step redis-noauth <<'E'
redis-cli -e -p 16379 set price 3
E
    step redis-oom <<'E'
redis-cli -e --no-auth-warning -a secret -p 16379 setrange blob 3000000 x
redis-cli -e --no-auth-warning -a secret -p 16379 set price 3
E
    kill $server
}

sqlite_cases() {
    project sqlite
    step sqlite-no-table <<'E'
sqlite3 -bail shop.db "create table items (name text not null)"
sqlite3 -bail shop.db "insert into prices values (1)"
E
    step sqlite-locked-python <<'E'
python3 -c "import sqlite3; a = sqlite3.connect('shop.db', isolation_level=None); a.execute('begin exclusive'); b = sqlite3.connect('shop.db', timeout=0.1); b.execute('insert into items values (1)')"
E
}

CASES='postgres_cases mariadb_cases redis_cases sqlite_cases'
for case in ${@:-$CASES}; do "$case"; done
