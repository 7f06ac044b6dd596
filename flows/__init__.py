"""Which steps run, in what order, where and when."""

import os

# One matrix thread a process, said before NumPy loads: the workers already use every core, and one thread gives the
# same results with one worker or many.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
