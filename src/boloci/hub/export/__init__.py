"""The public pages as files that open from a USB stick, without a server."""
