-- pageviews: rows as filtered and sorted in the view, for PostgreSQL.
-- From s3://csq-rs3-acme as of dump 1241.
-- Note: pageviews_live is the view of the rows in effect that "Data Connect: Generate Migrated View SQL" makes.
-- Note: Case is ignored as PostgreSQL's lower() does it; letters beyond ASCII may differ from the view.

SELECT "id", "t"
FROM "pageviews_live"
WHERE "t" LIKE '%/cart%'
  AND ("n" = 9007199254740993 OR "n" IS NULL OR "odd ""name""" IS DISTINCT FROM 'it''s')
  AND (lower("t") LIKE '%ann!_%' ESCAPE '!' OR lower(CAST("n" AS text)) LIKE '%ann!_%' ESCAPE '!')
ORDER BY "t" COLLATE "C" NULLS LAST, CAST("x" AS double precision) DESC NULLS LAST;
