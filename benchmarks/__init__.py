"""How close the SDK comes to what the machine and the network allow: ``nox -s bench``."""
