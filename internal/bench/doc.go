// Package bench measures the product against floors of the same run: what the
// same tables give to hand-written SQL on the same engine, machine and minute.
//
// It holds nothing but tests, which run only under CHANGBEI_BENCH=1 and print
// tables instead of judging: `make bench` and `make bench-growth`. A ratio is
// the median over rounds in which floor and product take turns, so that a busy
// machine slows both; absolutes stand beside it. Each test is one part and can
// be asked for alone (-run 'Posting/mysql'). They may import everything.
//
// What can be set, each name after CHANGBEI_BENCH_: ROUNDS, and SECONDS of one
// side in one round; CALLERS and PATTERNS (lists) of Posting, HTTP_CALLERS,
// BESIDE_CALLERS; DEPOTS, ITEMS and STOCK (rows) of the seeded books; SMALL and
// LARGE (entries), MONTHS (closed ones seeded) and SAMPLES (of one read) of
// Growth; the same of Plan, whose GROWN=no leaves out the books of twice the
// entries; CHECK (entries, a list); POOL, MariaDB's memory as it writes it. A
// server named by CHANGBEI_TEST_MYSQL_DSN is taken as it is; the head of each
// table tells what it syncs.
package bench
