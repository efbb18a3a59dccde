"""Everything that waits. ``aio`` and ``blocking`` are twins: same names, same parameters, same behaviour."""
