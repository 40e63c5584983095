"""The plan layer is pure and total: values in, values out, and no text makes it raise."""
