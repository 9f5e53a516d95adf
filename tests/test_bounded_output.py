"""Output arrives complete and in order for a reader that reads, and costs little time for one that does not."""

import os
import select
import threading
import time
from collections.abc import Iterator
from threading import Thread

import pytest

from plugin import bounded_output
from plugin.background import in_background, later
from plugin.bounded_output import BoundedWriter

SIZE = 300_000
"""Bytes; more than the buffer of any pipe."""


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


@pytest.fixture(params=["with a thread", "without"])
def threads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the test with a writer thread, and without one."""
    if request.param == "without":

        def fail(_: Thread) -> None:
            raise RuntimeError("can't start new thread")

        monkeypatch.setattr(bounded_output, "Thread", type("NoThread", (Thread,), {"start": fail}))


def read(end: int, size: int) -> bytes:
    data = b""
    while len(data) < size and select.select([end], [], [], 5)[0]:
        data += os.read(end, 65536)
    return data


@pytest.mark.usefixtures("threads")
def test_output_arrives_in_order(pipe: tuple[int, int]) -> None:
    writer = BoundedWriter(pipe[1])
    lines = [f"line {number}\n" for number in range(200)]
    for line in lines:
        writer.text.write(line)
    writer.finish(5)
    assert read(pipe[0], len("".join(lines))).decode() == "".join(lines)


@pytest.mark.usefixtures("threads")
def test_slow_reader_gets_the_whole_output(pipe: tuple[int, int]) -> None:
    writer = BoundedWriter(pipe[1])
    results: list[bytes] = []
    reading = Thread(target=lambda: results.append(read(pipe[0], SIZE)))
    reading.start()
    writer.text.buffer.write(b"x" * SIZE)
    writer.text.flush()
    writer.finish(5)
    reading.join()
    assert results == [b"x" * SIZE]


def test_late_reader_gets_the_whole_output(pipe: tuple[int, int]) -> None:
    writer = BoundedWriter(pipe[1])
    start = time.monotonic()
    assert writer.write(b"x" * SIZE) == SIZE
    assert writer.write(b"y" * SIZE) == SIZE
    assert time.monotonic() - start < 2
    finishing = Thread(target=writer.finish, args=(10,))
    finishing.start()
    assert read(pipe[0], 2 * SIZE) == b"x" * SIZE + b"y" * SIZE
    finishing.join()


@pytest.mark.usefixtures("threads")
def test_missing_reader_costs_a_few_seconds(pipe: tuple[int, int]) -> None:
    writer = BoundedWriter(pipe[1])
    start = time.monotonic()
    for _ in range(5):
        assert writer.write(b"x" * SIZE) == SIZE
    writer.finish(30)
    assert time.monotonic() - start < 5


@pytest.mark.usefixtures("threads")
def test_closed_reader_costs_no_time(pipe: tuple[int, int]) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    writer = BoundedWriter(write_end)
    start = time.monotonic()
    for _ in range(5):
        assert writer.write(b"x" * SIZE) == SIZE
    writer.finish(30)
    assert time.monotonic() - start < 1
    os.close(write_end)


def test_non_blocking_descriptor_is_written_completely(pipe: tuple[int, int]) -> None:
    os.set_blocking(pipe[1], False)
    writer = BoundedWriter(pipe[1])
    reading = Thread(target=writer.write, args=(b"x" * SIZE,))
    reading.start()
    assert read(pipe[0], SIZE) == b"x" * SIZE
    reading.join()


def test_each_write_is_one_system_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drone's runner finds a card only in a write of its own."""
    written: list[bytes] = []

    def write(_: int, data: bytes) -> int:
        written.append(data)
        return len(data)

    monkeypatch.setattr(os, "write", write)
    writer = BoundedWriter(99)
    writer.text.buffer.write(b"a report\n")
    writer.text.flush()
    writer.text.buffer.write(b"card" * 5000)
    writer.text.flush()
    assert written == [b"a report\n", b"card" * 5000]


def test_writer_without_a_descriptor_accepts_everything() -> None:
    writer = BoundedWriter(None)
    print("a line", file=writer.text, flush=True)
    writer.finish(30)


def test_background_work_runs_beside_the_caller() -> None:
    going = threading.Event()
    thread = in_background(lambda: void(going.wait(5)))
    assert thread
    assert thread.is_alive()
    going.set()
    thread.join()


def test_work_runs_in_the_calling_thread_where_no_other_can_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(Thread, "start", fail)
    done: list[str] = []
    assert in_background(lambda: done.append(threading.current_thread().name)) is None
    assert done == ["MainThread"]
    assert later(lambda: 7).result(0) == 7
    with pytest.raises(ZeroDivisionError):
        later(lambda: 1 // 0).result(0)


def void(_: object) -> None:
    """Return None, for a callback that must not return a value."""
