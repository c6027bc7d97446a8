-- What version 2 of the tables adds: two more parts of each run of the index, and an auditor's view.

CREATE TABLE statement_pages (
    run INTEGER NOT NULL,
    first_key INTEGER NOT NULL,
    number INTEGER NOT NULL,
    page BLOB NOT NULL,
    PRIMARY KEY (run, first_key, number)
) WITHOUT ROWID;

-- A day is a number of days since 1970-01-01, a sum a number of minor units as text, since it may exceed 64 bits.

CREATE TABLE day_totals (
    run INTEGER NOT NULL,
    day INTEGER NOT NULL,
    accepted_loads TEXT NOT NULL,
    accepted_load_count INTEGER NOT NULL,
    accepted_withdrawals TEXT NOT NULL,
    accepted_withdrawal_count INTEGER NOT NULL,
    declined_loads TEXT NOT NULL,
    declined_load_count INTEGER NOT NULL,
    declined_withdrawals TEXT NOT NULL,
    declined_withdrawal_count INTEGER NOT NULL,
    PRIMARY KEY (run, day)
) WITHOUT ROWID;

-- Sums are made in two parts, since those over all accounts may exceed 63 bits: billions of minor units, and the rest.

CREATE VIEW daily_totals AS
WITH parts AS (
    SELECT
        substr(time, 1, 10) AS day, accepted, amount_minor < 0 AS withdrawal, count(*) AS count,
        abs(sum(amount_minor / 1000000000)) AS high, abs(sum(amount_minor % 1000000000)) AS low
    FROM decisions
    GROUP BY 1, 2, 3
),
carried AS (
    SELECT day, accepted, withdrawal, count, high + low / 1000000000 AS high, low % 1000000000 AS low
    FROM parts
),
sums AS (
    SELECT
        day, accepted, withdrawal, count,
        CASE high
            WHEN 0 THEN printf('%d.%02d', low / 100, low % 100)
            ELSE printf('%d%07d.%02d', high, low / 100, low % 100)
        END AS sum
    FROM carried
)
SELECT
    day,
    coalesce(max(sum) FILTER (WHERE accepted AND NOT withdrawal), '0.00') AS accepted_loads,
    coalesce(max(count) FILTER (WHERE accepted AND NOT withdrawal), 0) AS accepted_load_count,
    coalesce(max(sum) FILTER (WHERE accepted AND withdrawal), '0.00') AS accepted_withdrawals,
    coalesce(max(count) FILTER (WHERE accepted AND withdrawal), 0) AS accepted_withdrawal_count,
    coalesce(max(sum) FILTER (WHERE NOT accepted AND NOT withdrawal), '0.00') AS declined_loads,
    coalesce(max(count) FILTER (WHERE NOT accepted AND NOT withdrawal), 0) AS declined_load_count,
    coalesce(max(sum) FILTER (WHERE NOT accepted AND withdrawal), '0.00') AS declined_withdrawals,
    coalesce(max(count) FILTER (WHERE NOT accepted AND withdrawal), 0) AS declined_withdrawal_count
FROM sums
GROUP BY day;
