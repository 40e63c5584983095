"""Measures against a peer: ratios in interleaved runs, printed and never asserted."""
