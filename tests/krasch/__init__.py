"""Whole processes under load, killed at any moment, and everything checked from outside afterwards.

`test_krasch.py` kills a few dozen in the suite; `python -m tests.krasch` as many as one asks for, with the figures that
docs/palitlighet.md tells. `test_flera_maskiner.py` loses one of two database servers.
"""
