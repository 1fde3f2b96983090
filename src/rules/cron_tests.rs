//! Cron and `at` against the clock changes of a dozen zones.
