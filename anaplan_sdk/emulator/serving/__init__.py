"""How the world is served: routes, envelopes, faults and the control API."""
