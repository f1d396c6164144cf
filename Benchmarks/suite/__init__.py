"""The parts of the benchmarks, one module each. Python's standard library only."""
