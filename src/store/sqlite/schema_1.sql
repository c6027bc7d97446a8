-- The tables of a ledger. What each column means stands in ARCHITECTURE.md.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

-- The log itself.

CREATE TABLE batch_records (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    format TEXT,
    header TEXT,
    time_format TEXT
);

CREATE TABLE commits (
    number INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    policy INTEGER NOT NULL,
    first_position INTEGER NOT NULL,
    events INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    declined INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    first_line INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    first_byte INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    hashed_from INTEGER NOT NULL,
    input_hash BLOB NOT NULL,
    rejects_hash BLOB NOT NULL,
    recorded_at TEXT NOT NULL,
    root BLOB NOT NULL,
    chain BLOB NOT NULL
);

CREATE INDEX commits_by_batch ON commits (batch, number);

CREATE TABLE segments (
    first_position INTEGER PRIMARY KEY,
    commit_number INTEGER NOT NULL,
    count INTEGER NOT NULL,
    events TEXT NOT NULL
);

CREATE TABLE tree (
    level INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (level, idx)
) WITHOUT ROWID;

CREATE TABLE rejects (
    batch INTEGER NOT NULL,
    line INTEGER NOT NULL,
    commit_number INTEGER NOT NULL,
    error TEXT NOT NULL,
    input TEXT NOT NULL,
    truncated INTEGER NOT NULL,
    PRIMARY KEY (batch, line)
) WITHOUT ROWID;

-- What is folded from the log and can be folded again.

CREATE TABLE checkpoints (
    view TEXT PRIMARY KEY,
    position INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE runs (
    run INTEGER PRIMARY KEY,
    first_position INTEGER NOT NULL,
    last_position INTEGER NOT NULL,
    transactions INTEGER NOT NULL,
    accounts INTEGER NOT NULL,
    transaction_filter BLOB NOT NULL,
    account_filter BLOB NOT NULL
);

CREATE TABLE transaction_pages (
    run INTEGER NOT NULL,
    first_key INTEGER NOT NULL,
    first_position INTEGER NOT NULL,
    page BLOB NOT NULL,
    PRIMARY KEY (run, first_key, first_position)
) WITHOUT ROWID;

CREATE TABLE account_pages (
    run INTEGER NOT NULL,
    first_key INTEGER NOT NULL,
    page BLOB NOT NULL,
    PRIMARY KEY (run, first_key)
) WITHOUT ROWID;

-- What an auditor reads. Amounts are decimals as text, so that none is rounded; `amount_minor` is for sums.

CREATE VIEW events AS
SELECT
    s.first_position + e.key AS position,
    e.value ->> 1 AS type,
    e.value ->> 0 AS schema_version,
    b.name AS batch,
    CASE WHEN e.value ->> 1 <> 'PolicyActivated' THEN e.value ->> 3 END AS line,
    CASE WHEN e.value ->> 1 <> 'PolicyActivated' THEN e.value ->> 4 END AS account,
    e.value ->> 5 AS version,
    e.value ->> 6 AS transaction_id,
    e.value ->> 7 AS amount,
    e.value ->> 8 AS time,
    e.value ->> 9 AS reason,
    e.value ->> 10 AS measure,
    e.value ->> 11 AS used,
    CASE WHEN e.value ->> 1 = 'PolicyActivated' THEN s.first_position + e.key ELSE c.policy END AS policy,
    c.recorded_at AS recorded_at,
    e.value AS event
FROM segments AS s
JOIN commits AS c ON c.number = s.commit_number
JOIN batch_records AS b ON b.number = c.batch
JOIN json_each(s.events) AS e;

CREATE VIEW decisions AS
SELECT
    position, type, account, version, transaction_id, amount,
    CAST(replace(amount, '.', '') AS INTEGER) AS amount_minor,
    time,
    type IN ('AccountDeposited', 'AccountWithdrawn') AS accepted,
    reason, measure, used, policy, batch, line, recorded_at
FROM events
WHERE type <> 'PolicyActivated';

CREATE VIEW accounts AS
SELECT
    account,
    printf('%d.%02d', balance / 100, balance % 100) AS balance,
    printf('%d.%02d', loads / 100, loads % 100) AS loads,
    printf('%d.%02d', withdrawals / 100, withdrawals % 100) AS withdrawals,
    accepted, declined, version
FROM (
    SELECT
        account,
        sum(CASE WHEN accepted THEN amount_minor ELSE 0 END) AS balance,
        sum(CASE WHEN accepted THEN max(amount_minor, 0) ELSE 0 END) AS loads,
        -sum(CASE WHEN accepted THEN min(amount_minor, 0) ELSE 0 END) AS withdrawals,
        sum(accepted) AS accepted,
        sum(NOT accepted) AS declined,
        max(version) AS version
    FROM decisions
    GROUP BY account
);

CREATE VIEW batches AS
SELECT
    b.number AS number,
    b.name AS name,
    max(c.complete) AS complete,
    min(c.recorded_at) AS started_at,
    max(c.recorded_at) AS ended_at,
    max(c.first_line + c.lines) - 1 AS lines,
    max(c.first_byte + c.bytes) AS bytes,
    sum(c.accepted) AS accepted,
    sum(c.declined) AS declined,
    sum(c.rejected) AS rejected
FROM batch_records AS b
JOIN commits AS c ON c.batch = b.number
GROUP BY b.number;

CREATE VIEW commit_log AS
SELECT
    c.number, b.name AS batch, c.complete, c.policy, c.first_position, c.events, c.first_line, c.lines, c.first_byte, c.bytes,
    c.hashed_from, lower(hex(c.input_hash)) AS input_hash, c.recorded_at, lower(hex(c.root)) AS root, lower(hex(c.chain)) AS chain
FROM commits AS c
JOIN batch_records AS b ON b.number = c.batch;
