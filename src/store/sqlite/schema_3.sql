-- What version 3 of the tables adds: what events of their second schema tell beside those of the first. The tables are
-- those of version 2. An event's last element is an object if its customer was in a group or limits left marks.

DROP VIEW events;

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
    CASE WHEN json_type(e.value, '$[9]') = 'text' THEN e.value ->> 9 END AS reason,
    CASE WHEN json_type(e.value, '$[10]') = 'text' THEN e.value ->> 10 END AS measure,
    e.value ->> 11 AS used,
    CASE WHEN e.value ->> 1 = 'PolicyActivated' THEN s.first_position + e.key ELSE c.policy END AS policy,
    c.recorded_at AS recorded_at,
    e.value AS event,
    e.value ->> '$[#-1].group' AS "group",
    CASE WHEN e.value -> '$[#-1].flags' IS NOT NULL
        THEN (SELECT json_group_array(mark.value ->> 0) FROM json_each(e.value, '$[#-1].flags') AS mark)
    END AS flags,
    CASE WHEN e.value -> '$[#-1].shadow' IS NOT NULL
        THEN (SELECT json_group_array(mark.value ->> 0) FROM json_each(e.value, '$[#-1].shadow') AS mark)
    END AS shadow
FROM segments AS s
JOIN commits AS c ON c.number = s.commit_number
JOIN batch_records AS b ON b.number = c.batch
JOIN json_each(s.events) AS e;

DROP VIEW decisions;

CREATE VIEW decisions AS
SELECT
    position, type, account, version, transaction_id, amount,
    CAST(replace(amount, '.', '') AS INTEGER) AS amount_minor,
    time,
    type IN ('AccountDeposited', 'AccountWithdrawn') AS accepted,
    reason, measure, used, policy, batch, line, recorded_at, "group", flags, shadow
FROM events
WHERE type <> 'PolicyActivated';
