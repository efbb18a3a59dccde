"""Log-in with a certificate: files, keys and signatures."""
