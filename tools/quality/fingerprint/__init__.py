"""How well keys tell failures apart: pairs of real runs, and pairs of corpus logs that were labeled beforehand."""
