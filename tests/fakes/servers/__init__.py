"""CI servers of our own on 127.0.0.1, as rude as the real ones: `with FAKES["drone-2"](build(…)) as server: …`."""

from collections.abc import Callable, Mapping
from functools import partial

from tests.fakes.servers.drone import Drone1Fake, DroneAgentFake, DroneFake, DroneKubeFake
from tests.fakes.servers.drone08 import Drone08Fake
from tests.fakes.servers.harness import HarnessFake
from tests.fakes.servers.recorded import RecordedFake
from tests.fakes.servers.server import FakeServer, Fault, Reply
from tests.fakes.servers.woodpecker import WoodpeckerFake
from tests.fakes.servers.woodpecker015 import Woodpecker015Fake

__all__ = ["FAKES", "FakeServer", "Fault", "RecordedFake", "Reply"]

FAKES: Mapping[str, Callable[..., FakeServer]] = {
    "drone-0.8": Drone08Fake,
    "drone-1-agent": DroneAgentFake,
    "drone-1": Drone1Fake,
    "drone-2": DroneFake,
    "drone-2-kube": DroneKubeFake,
    "woodpecker-0.15": Woodpecker015Fake,
    "woodpecker-1.0": partial(WoodpeckerFake, version="1.0.5"),
    "woodpecker-2.5": partial(WoodpeckerFake, version="2.5.0"),
    "woodpecker-2.6": partial(WoodpeckerFake, version="2.6.0"),
    "woodpecker-2.8": partial(WoodpeckerFake, version="2.8.3"),
    "woodpecker-3.13": partial(WoodpeckerFake, version="3.13.0"),
    "woodpecker-3.17": partial(WoodpeckerFake, version="3.17.0"),
    "harness": HarnessFake,
}
"""By generation: one for each that shows the same truth in another way."""
