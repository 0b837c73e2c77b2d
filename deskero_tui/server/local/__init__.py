"""The local desk: a desk process on a private Unix socket."""
