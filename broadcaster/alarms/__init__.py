"""What the operator is told by webhook and e-mail when something goes wrong: recorded first, then sent."""
