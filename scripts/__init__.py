"""The project's commands: one short file a verb. Try `--help` on any of them."""
