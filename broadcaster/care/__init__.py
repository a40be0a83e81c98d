"""A whole station kept in one file, and given back."""
