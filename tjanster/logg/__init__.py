"""The log that can't lie: what happened in cases and who read them. lag (2001:454) 10 §: access is logged, can be
checked, and is checked systematically."""
