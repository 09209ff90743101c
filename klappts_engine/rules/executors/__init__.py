"""What answers rules: a generated function, an interpreter, durable_rules; behind one port."""
