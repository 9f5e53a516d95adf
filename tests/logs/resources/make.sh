#!/bin/bash
# Logs of jobs that ran out of memory, disk, files, processes or time. Needs root for the small tmpfs.
set -u
. "$(dirname "$0")/../step.sh"

disk_full() {
    project disk
    mkdir small && mount -t tmpfs -o size=3m tmpfs small
    step disk-full-dd <<'E'
echo "building image layers, error rate 0"
cd small
dd if=/dev/zero of=layer.tar bs=1M count=20
E
    rm -f small/*
    step disk-full-tar <<'E'
head -c 9000000 /dev/urandom > bundle.bin
tar cf bundle.tar bundle.bin
tar xf bundle.tar -C small
E
    rm -f small/*
    step disk-full-python <<'E'
python3 -c "open('small/report.bin', 'wb').write(b'x' * 9_000_000)"
E
    umount small
}

memory() {
    project memory
    step ulimit-memory-python <<'E'
ulimit -v 300000
python3 -c "rows = [bytes(50_000_000) for _ in range(20)]"
E
    step node-heap <<'E'
node --max-old-space-size=60 -e "const rows = []; console.log('importing rows'); for (;;) rows.push(new Array(1000).fill('x' + rows.length));"
E
    step killed-137 <<'E'
echo "linking 412 objects"
sh -c 'kill -9 $$'
E
    printf 'all:\n\t@echo compiling parser.cc\n\t@sh -c "kill -9 $$$$"\n' >Makefile
    step make-killed <<'E'
make all
E
    cat >oom.c <<'C'
#include <stdio.h>
#include <stdlib.h>
int main(void) {
    for (int block = 0;; block++) {
        char *p = malloc(64u << 20);
        if (!p) { fprintf(stderr, "import: cannot allocate block %d\n", block); abort(); }
    }
}
C
    step malloc-abort <<'E'
cc -o import oom.c
ulimit -v 500000
./import
E
}

limits() {
    project limits
    step too-many-open-files <<'E'
ulimit -n 40
python3 -c "files = [open('/etc/hostname') for _ in range(100)]"
E
    step timeout-124 <<'E'
echo "waiting for the server, 0 errors so far"
timeout 1 sleep 30
E
    step timeout-verbose <<'E'
timeout --verbose --signal=KILL 1 sleep 30
E
    step segmentation-fault <<'E'
python3 -c "print('rendering page 1'); import ctypes; ctypes.string_at(0)"
E
    step file-size-limit <<'E'
ulimit -f 1
yes | head -c 9000000 > big.txt
E
    step resources.green <<'E'
df -h / | tail -1
ulimit -n
timeout 5 echo "memory ok, disk ok, 0 killed"
E
}

CASES='disk_full memory limits'
for case in ${@:-$CASES}; do "$case"; done
