"""The measures: every figure is a ratio taken in one run, never a time by itself."""
