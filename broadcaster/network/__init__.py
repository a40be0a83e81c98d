"""Between a station and its hamlet PCs: state, not commands. docs/developer/protocol.md is the contract."""
