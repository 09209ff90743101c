"""The tests of klappts-engine."""
