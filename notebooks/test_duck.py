"""What duck.df() promises, for DuckDB's package and for its shared library alike."""
import unittest

import numpy as np
import pandas as pd

import duck


class TestDuck(unittest.TestCase):
    def setUp(self):
        self.con = duck.connect()

    def one(self, expression):
        """Return the value and the type of a column of one row."""
        frame = self.con.sql(f"select {expression} as x").df()
        return frame.x[0], frame.x.dtype

    def test_values(self):
        for expression, value, kind in (
            ("1::tinyint", 1, "i"), ("-5::bigint", -5, "i"), ("7::ubigint", 7, "u"), ("1.5::double", 1.5, "f"), ("0.25::float", 0.25, "f"),
            ("true", True, "b"), ("'é'", "é", "O"), ("'more than twelve bytes of text'", "more than twelve bytes of text", "O"), ("''", "", "O"),
            ("date '1969-12-31'", pd.Timestamp("1969-12-31"), "M"), ("timestamp '2020-01-02 03:04:05'", pd.Timestamp("2020-01-02 03:04:05"), "M"),
            ("12.5::decimal(6, 2)", 12.5, "f"), ("(-1.5)::decimal(30, 2)", -1.5, "f"), ("(-17)::hugeint", -17, "f"), ("1e30::hugeint", 1e30, "f"),
        ):
            with self.subTest(expression):
                got, dtype = self.one(expression)
                self.assertEqual(got, value)
                self.assertEqual(dtype.kind, kind)

    def test_nulls(self):
        frame = self.con.sql("select * from (values (1, 'a', date '2020-01-02', true, [1, 2]), (null, null, null, null, null)) t(n, s, d, b, l)").df()
        self.assertEqual(frame.n.dtype.kind, "f")
        self.assertTrue(np.isnan(frame.n[1]))
        for column in ("s", "d", "b", "l"):
            self.assertTrue(pd.isna(frame[column][1]), column)
        self.assertEqual(list(frame.l[0]), [1, 2])

    def test_lists(self):
        frame = self.con.sql("select * from (values (['a', 'a text that is not short']), ([]), (['b'])) t(l)").df()
        self.assertEqual([list(v) for v in frame.l], [["a", "a text that is not short"], [], ["b"]])

    def test_many_rows(self):
        frame = self.con.sql("select i, 'row ' || i as s, case when i % 3 = 0 then i end as m from range(10000) t(i)").df()
        self.assertEqual(len(frame), 10000)
        self.assertTrue((frame.i == np.arange(10000)).all())
        self.assertEqual(frame.s[9999], "row 9999")
        self.assertEqual(frame.m.notna().sum(), 3334)

    def test_no_rows(self):
        self.con.execute("create view v as select 1 as a, 'x' as b")
        frame = self.con.sql("select * from v where a > 1").df()
        self.assertEqual((list(frame.columns), len(frame)), (["a", "b"], 0))

    def test_errors(self):
        with self.assertRaisesRegex(Exception, "selec"):
            self.con.sql("selec 1")


if __name__ == "__main__":
    unittest.main()
