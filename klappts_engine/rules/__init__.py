"""What the law says of a case: expressions, rules in dated versions, executors that answer."""
