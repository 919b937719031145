"""The lake: raw files, snapshots, builds and facts, none of which is ever changed.

A snapshot is what one import brought, under the hash of its content. A build reads
the live snapshots and publishes facts. Everything is written beside its final name,
flushed to disk and renamed, so that a reader, or a restart after a power cut, sees
the old state or the new one and nothing between.
"""
