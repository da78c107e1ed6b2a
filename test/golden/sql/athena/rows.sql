-- pageviews: rows as filtered and sorted in the view, for Amazon Athena.
-- From s3://csq-rs3-acme as of dump 1241.
-- Note: Column "odd \"name\"" of pageviews is left out: it is not a name that Avro allows, so no reader here takes it.
-- Note: pageviews_live is the view of the rows in effect that "Data Connect: Generate Migrated View SQL" makes.
-- Note: The table has no column "odd \"name\"": it is absent in every row.
-- Note: Case is ignored as Amazon Athena's lower() does it; letters beyond ASCII may differ from the view.

SELECT "id", "t"
FROM "pageviews_live"
WHERE "t" LIKE '%/cart%'
  AND ("n" = 9007199254740993 OR "n" IS NULL OR TRUE /* differs */)
  AND (lower("t") LIKE '%ann!_%' ESCAPE '!' OR lower(CAST("n" AS varchar)) LIKE '%ann!_%' ESCAPE '!')
ORDER BY "t" NULLS LAST, CAST("x" AS double) DESC NULLS LAST;
