"""The lsp layer is the shell that alone knows the protocol: snapshot, pure question, conversion."""
