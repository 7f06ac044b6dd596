"""Which steps run, in what order, where and when."""
