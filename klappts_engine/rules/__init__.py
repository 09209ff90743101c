"""What the law says of a case: expressions, rules in dated versions, and executors that answer them."""
