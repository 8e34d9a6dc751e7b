"""What every room's API is made of: who is asking, what may be sent, how it is answered. Each room's own is beside its pages."""
