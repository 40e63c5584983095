"""The expand layer turns a task into a plan; it only ever adds to the author's text."""
