//! Tests of the room as a whole, on the tiny library of `testkit`.

mod loading;
