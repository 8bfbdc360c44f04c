"""DuckDB for the notebooks here: ``duck.connect().sql("select 42 as x").df()``.

Where the Python package ``duckdb`` is installed, ``connect`` is its own. Where it is not, but DuckDB's shared library is
(``npm install @duckdb/node-api`` brings one, Debian has no package), the library is called through its C API, with the
two methods that the notebooks use: ``sql`` and ``df``. Types come out as the package gives them: dates as
datetime64, numbers with nulls as float64, text with nulls as None, lists as numpy arrays.
"""
import ctypes
import ctypes.util
import os
import pathlib

import numpy as np
import pandas as pd


def connect():
    """Return a connection to a new database in memory."""
    try:
        import duckdb
    except ImportError:
        return Connection(_load())
    return duckdb.connect()


def _load():
    """Find and load the shared library: $DUCKDB_LIBRARY, node_modules of this project or of a folder above, the system's."""
    names = ("libduckdb.so", "libduckdb.dylib", "duckdb.dll")
    places = []
    for folder in (pathlib.Path(__file__).resolve().parent, pathlib.Path.cwd()):
        for above in (folder, *folder.parents):
            places += [above / ".ci/readers/node_modules/@duckdb", above / "node_modules/@duckdb"]
    found = [os.environ.get("DUCKDB_LIBRARY")]
    found += [str(p) for place in places for name in names for p in sorted(place.glob("*/" + name))]
    found.append(ctypes.util.find_library("duckdb"))
    for path in filter(None, found):
        try:
            return _declare(ctypes.CDLL(path))
        except OSError:  # another machine's
            continue
    raise ImportError("no DuckDB: pip install duckdb, or npm install @duckdb/node-api, or set DUCKDB_LIBRARY to libduckdb's path")


class _Result(ctypes.Structure):  # duckdb_result
    _fields_ = [("_counts", ctypes.c_uint64 * 3), ("_columns", ctypes.c_void_p), ("_error", ctypes.c_void_p), ("_data", ctypes.c_void_p)]


def _declare(lib):
    pointer, size, result = ctypes.c_void_p, ctypes.c_uint64, ctypes.POINTER(_Result)
    for name, returns, *takes in (
        ("duckdb_open", ctypes.c_int, ctypes.c_char_p, ctypes.POINTER(pointer)),
        ("duckdb_connect", ctypes.c_int, pointer, ctypes.POINTER(pointer)),
        ("duckdb_query", ctypes.c_int, pointer, ctypes.c_char_p, result),
        ("duckdb_result_error", ctypes.c_char_p, result),
        ("duckdb_destroy_result", None, result),
        ("duckdb_column_count", size, result),
        ("duckdb_column_name", ctypes.c_char_p, result, size),
        ("duckdb_column_logical_type", pointer, result, size),
        ("duckdb_fetch_chunk", pointer, _Result),
        ("duckdb_destroy_data_chunk", None, ctypes.POINTER(pointer)),
        ("duckdb_data_chunk_get_size", size, pointer),
        ("duckdb_data_chunk_get_vector", pointer, pointer, size),
        ("duckdb_vector_get_data", pointer, pointer),
        ("duckdb_vector_get_validity", pointer, pointer),
        ("duckdb_list_vector_get_child", pointer, pointer),
        ("duckdb_list_vector_get_size", size, pointer),
        ("duckdb_get_type_id", ctypes.c_int, pointer),
        ("duckdb_list_type_child_type", pointer, pointer),
        ("duckdb_decimal_scale", ctypes.c_uint8, pointer),
        ("duckdb_decimal_internal_type", ctypes.c_int, pointer),
        ("duckdb_destroy_logical_type", None, ctypes.POINTER(pointer)),
    ):
        f = getattr(lib, name)
        f.restype, f.argtypes = returns, takes
    return lib


# duckdb_type -> how the values lie in memory; of date and time types, since 1970.
_BOOL, _VARCHAR, _DECIMAL, _LIST, _HUGEINT = 1, 17, 19, 24, 16
_PLAIN = {_BOOL: "?", 2: "i1", 3: "i2", 4: "i4", 5: "i8", 6: "u1", 7: "u2", 8: "u4", 9: "u8", 10: "f4", 11: "f8"}
_TIMES = {12: ("i8", "us"), 13: ("i4", "D"), 20: ("i8", "s"), 21: ("i8", "ms"), 22: ("i8", "ns"), 31: ("i8", "us")}


class Connection:
    """A connection to a database in memory; it lives as long as the process."""

    def __init__(self, lib):
        self._lib = lib
        database, self._handle = ctypes.c_void_p(), ctypes.c_void_p()
        if lib.duckdb_open(None, ctypes.byref(database)) or lib.duckdb_connect(database, ctypes.byref(self._handle)):
            raise RuntimeError("DuckDB does not open a database in memory")

    def sql(self, query):
        """Run a query; the rows are those of its last statement."""
        result = _Result()
        try:
            if self._lib.duckdb_query(self._handle, query.encode(), ctypes.byref(result)):
                raise RuntimeError((self._lib.duckdb_result_error(ctypes.byref(result)) or b"query").decode())
            return Relation(self._frame(result))
        finally:
            self._lib.duckdb_destroy_result(ctypes.byref(result))

    execute = sql

    def _frame(self, result):
        lib, at = self._lib, ctypes.byref(result)
        count = lib.duckdb_column_count(at)
        names = [lib.duckdb_column_name(at, i).decode() for i in range(count)]
        types = [ctypes.c_void_p(lib.duckdb_column_logical_type(at, i)) for i in range(count)]
        parts = [[] for _ in range(count)]
        while chunk := ctypes.c_void_p(lib.duckdb_fetch_chunk(result)):
            rows = lib.duckdb_data_chunk_get_size(chunk)
            for i in range(count):
                parts[i].append(self._values(lib.duckdb_data_chunk_get_vector(chunk, i), types[i], rows))
            lib.duckdb_destroy_data_chunk(ctypes.byref(chunk))
        columns = [_series(parts[i], *self._kind(types[i])) for i in range(count)]
        for t in types:
            lib.duckdb_destroy_logical_type(ctypes.byref(t))
        return pd.concat(columns, axis=1, keys=range(count)).set_axis(names, axis=1) if columns else pd.DataFrame()

    def _kind(self, logical):
        kind = self._lib.duckdb_get_type_id(logical)
        return kind, np.dtype(_PLAIN[kind]) if kind in _PLAIN else None

    def _values(self, vector, logical, rows):
        """Return (values, valid) of the first rows of a vector; valid is None where there are no nulls."""
        lib = self._lib
        kind = lib.duckdb_get_type_id(logical)
        data = lib.duckdb_vector_get_data(vector)
        valid = None
        if mask := lib.duckdb_vector_get_validity(vector):
            bits = np.unpackbits(_array(mask, "u1", (rows + 7) // 8), bitorder="little")[:rows].astype(bool)
            valid = None if bits.all() else bits
        if kind in _PLAIN:
            return _array(data, _PLAIN[kind], rows), valid
        if kind in _TIMES:
            dtype, unit = _TIMES[kind]
            return _array(data, dtype, rows).astype("i8").astype(f"M8[{unit}]"), valid
        if kind == _HUGEINT:
            return _huge(data, rows), valid
        if kind == _DECIMAL:
            scale = 10.0 ** lib.duckdb_decimal_scale(logical)
            inner = lib.duckdb_decimal_internal_type(logical)
            return (_huge(data, rows) if inner == _HUGEINT else _array(data, _PLAIN[inner], rows)) / scale, valid
        if kind == _VARCHAR:
            return _strings(data, rows, valid), valid
        if kind == _LIST:
            child_type = ctypes.c_void_p(lib.duckdb_list_type_child_type(logical))
            child, _ = self._values(lib.duckdb_list_vector_get_child(vector), child_type, lib.duckdb_list_vector_get_size(vector))
            lib.duckdb_destroy_logical_type(ctypes.byref(child_type))
            out = np.empty(rows, object)
            for i, (start, length) in enumerate(_array(data, "u8", 2 * rows).reshape(-1, 2).tolist()):
                out[i] = child[start:start + length] if valid is None or valid[i] else None
            return out, valid
        raise TypeError(f"DuckDB type {kind}: cast the column to another")


class Relation:
    """The rows of a query."""

    def __init__(self, frame):
        self._frame = frame

    def df(self):
        """Return the rows as a pandas data frame."""
        return self._frame

    def fetchall(self):
        """Return the rows as tuples."""
        return [tuple(row) for row in self._frame.itertuples(index=False)]


def _array(address, dtype, count):
    """Copy count values out of memory."""
    dtype = np.dtype(dtype)
    if count == 0:
        return np.empty(0, dtype)
    return np.frombuffer((ctypes.c_char * (count * dtype.itemsize)).from_address(address), dtype, count).copy()


def _huge(address, rows):
    """Read integers of 128 bits, as floats."""
    low, high = _array(address, "i8", 2 * rows).reshape(-1, 2).T
    return np.where(high == low >> 63, low, high * 2.0**64 + low.view("u8"))


def _strings(address, rows, valid):
    """Read duckdb_string_t: a length, then either up to 12 bytes in place, or 4 of them and a pointer."""
    out = np.empty(rows, object)
    raw = ctypes.string_at(address, 16 * rows) if rows else b""
    for i in range(rows):
        if valid is not None and not valid[i]:
            continue
        cell = raw[16 * i:16 * i + 16]
        length = int.from_bytes(cell[:4], "little")
        text = cell[4:4 + length] if length <= 12 else ctypes.string_at(int.from_bytes(cell[8:], "little"), length)
        out[i] = text.decode()
    return out


def _series(parts, kind, dtype):
    """Join the chunks of a column; nulls make numbers floats, and other things what pandas has for nothing."""
    values = np.concatenate([v for v, _ in parts]) if parts else np.empty(0, dtype or object)
    if all(valid is None for _, valid in parts):
        return pd.Series(values)
    valid = np.concatenate([np.ones(len(v), bool) if ok is None else ok for v, ok in parts])
    if values.dtype.kind == "M":
        values[~valid] = np.datetime64("NaT")
    elif kind == _BOOL:
        values = values.astype(object)
        values[~valid] = None
    elif values.dtype.kind in "iuf":
        values = values.astype("f4" if values.dtype == "f4" else "f8")
        values[~valid] = np.nan
    return pd.Series(values)
