SELECT '["tidegate accounts",1]';
WITH decided AS MATERIALIZED (
  SELECT account, version, accepted, substr(time, 1, 10) AS day, amount LIKE '-%' AS outward,
         CAST(replace(replace(amount, '.', ''), '-', '') AS INTEGER) AS cents
  FROM decisions
), used AS (
  SELECT account, json_array(
           day, printf('%d.%02d', sum(cents * (1 - outward)) / 100, sum(cents * (1 - outward)) % 100),
           printf('%d.%02d', sum(cents * outward) / 100, sum(cents * outward) % 100), sum(1 - outward), sum(outward)
         ) AS line
  FROM decided WHERE accepted GROUP BY account, day ORDER BY account, day
), days AS MATERIALIZED (SELECT account, group_concat(line) AS list FROM used GROUP BY account)
SELECT printf('[%s,%d,[%s]]', json_quote(account), version, coalesce(list, ''))
FROM (SELECT account, max(version) AS version FROM decided GROUP BY account) LEFT JOIN days USING (account)
ORDER BY account;
