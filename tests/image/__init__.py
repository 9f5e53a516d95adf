"""Tests of the image. `tools/image/check` builds it and runs these cases in the network of its containers."""
