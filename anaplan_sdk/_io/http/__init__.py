"""What both transports share: words for failures, headers, proxies and TLS."""
