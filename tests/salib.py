"""The second witness of tests/salib.rs: SALib's estimates of the same outcomes.

Reads `method,inputs` and then outcomes, one a line, in SALib's order (for Morris each line is the point and its outcome);
writes one line an input. With `saltelli` or `second`, the number of base points instead: writes its layout of the plain Sobol'
sequence, one line a point. Exit 77 if SALib is missing.
"""

import sys

try:
    import numpy as np
    from SALib.analyze import morris, sobol
    from SALib.sample import sobol as sampler
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(77)

method, k = sys.stdin.readline().strip().split(",")
k = int(k)
rows = np.array([[float(v) for v in line.split(",")] for line in sys.stdin])
problem = {"num_vars": k, "names": [f"x{i}" for i in range(k)], "bounds": [[0.0, 1.0]] * k}
if method in ("saltelli", "second"):
    points = sampler.sample(problem, int(rows[0, 0]), calc_second_order=method == "second", scramble=False)
    for point in points:
        print(",".join(repr(float(v)) for v in point))
    sys.exit(0)
if method == "sobol":
    found = sobol.analyze(problem, rows[:, 0], calc_second_order=False, num_resamples=1000, seed=1)
    columns = ["S1", "ST", "S1_conf", "ST_conf"]
else:
    found = morris.analyze(problem, rows[:, :k], rows[:, k], num_levels=4, num_resamples=1000, seed=1)
    columns = ["mu", "mu_star", "sigma", "mu_star_conf"]
for i in range(k):
    print(",".join(repr(float(found[c][i])) for c in columns))
