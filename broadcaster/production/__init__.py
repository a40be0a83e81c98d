"""Form + speech + jingles → bulletin: finished audio, even in loudness, named by the hash of its bytes."""
