-- What was refused because it came from before a renewal is kept with all else that was refused of trustees, by their keys.
INSERT INTO trustee_refusals (election, signing_key, phase, reason, number, name, first, last, count)
SELECT election, signing_key, usage, 'former-trustee', number, name, time, time, 1
FROM (
  SELECT o.election, o.number, o.name, o.usage, o.time,
    COALESCE(
      (SELECT f.signing_key FROM former_trustees f
       WHERE f.election = o.election AND f.number = o.number AND f.name = o.name ORDER BY f.renewal DESC LIMIT 1),
      (SELECT t.signing_key FROM trustees t WHERE t.election = o.election AND t.number = o.number)) AS signing_key
  FROM outdated_shares o
) AS used
WHERE signing_key IS NOT NULL
ON CONFLICT DO NOTHING;

DROP TABLE outdated_shares;
