"""Reads the parts of a sweep and the trace of a run with other people's readers; asked by tests/sweeps.rs.

Prints, for each reader, `name rows runs failed sum`, where sum is that of inclusive_balance. Ends with 77 where none is installed.
"""
import glob
import sys

folder = sys.argv[1]
parts = sorted(glob.glob(folder + "/timeseries/*.parquet"))
readers = 0


def say(name, rows, runs, failed, total):
    print(name, rows, runs, failed, repr(float(total)))


try:
    import pyarrow.parquet as pq
    import pyarrow as pa

    table = pa.concat_tables([pq.read_table(p) for p in parts])
    balance = [v for v in table["inclusive_balance"].to_pylist() if v is not None]
    reasons = [v for v in table["reason"].to_pylist() if v is not None]
    say("pyarrow", table.num_rows, len(set(table["run"].to_pylist())), len(reasons), sum(balance))
    kept = pq.read_metadata(parts[0]).metadata
    assert kept[b"puhui.format"] == b"puhui/sweep/1", kept
    readers += 1
    try:
        import pandas

        frame = pandas.concat([pandas.read_parquet(p) for p in parts])
        say("pandas", len(frame), frame["run"].nunique(), frame["reason"].notna().sum(), sum(frame["inclusive_balance"].dropna()))
        readers += 1
    except ImportError:
        pass
except ImportError:
    pass
try:
    import polars

    frame = polars.concat([polars.read_parquet(p) for p in parts])
    balance = frame["inclusive_balance"].drop_nulls().to_list()
    say("polars", frame.height, frame["run"].n_unique(), frame["reason"].drop_nulls().len(), sum(balance))
    readers += 1
except ImportError:
    pass
try:
    import duckdb

    rows = duckdb.sql(f"select run, reason, inclusive_balance from read_parquet({parts!r})").fetchall()
    say("duckdb", len(rows), len({r[0] for r in rows}), sum(r[1] is not None for r in rows), sum(r[2] for r in rows if r[2] is not None))
    readers += 1
except ImportError:
    pass
if readers == 0:
    print("none of pyarrow, pandas, polars, duckdb is installed", file=sys.stderr)
    sys.exit(77)
