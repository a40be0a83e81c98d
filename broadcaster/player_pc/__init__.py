"""The hamlet PC, on duty: the same player, for one hamlet, by what its station publishes."""
