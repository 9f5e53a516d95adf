"""The image as it is used: `tools/image/check` builds it and runs these cases in the network of its containers."""
