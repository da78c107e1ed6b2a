-- pageviews: deduplicated rows for PostgreSQL. Query pageviews_dedup.
-- From s3://csq-rs3-acme (connection acme) as of dump 1241: 300 files of 2 dumps since the full resync in 1240.
-- Rule: only files that manifests list, from the last full resync on; user_id from user_migrations (dump 1241), one step; then one row per event_id, user_id, newest dump first.
-- Creates, in this order: pageviews_raw, user_migrations_raw, pageviews_live, user_migrations_live, user_migrations_resolved, pageviews_migrated, pageviews_dedup.
-- A snapshot of dump 1241: after the next dump run "Data Connect: Generate Dedup SQL" again, and then this script.

-- The table to load the files of pageviews into; PostgreSQL itself reads no Avro.
-- Load each file once, and with each row the file's key relative to s3://csq-rs3-acme/
-- (superseded and unlisted files do no harm: the next view leaves them out). With DuckDB, for example:
--   ATTACH 'host=… dbname=…' AS pg (TYPE postgres);
--   INSERT INTO pg."pageviews_raw" ("event_id", "user_id", "session_id", "time", "path", "title", "dc_object_key")
--   SELECT "event_id", "user_id", "session_id", "time", "path", "title", substr(filename, 19)
--   FROM read_avro([
--     's3://csq-rs3-acme/sync_1240/_heap_table_name=pageviews/*.avro',
--     's3://csq-rs3-acme/sync_1241/_heap_table_name=pageviews/*.avro'
--   ], union_by_name = true, filename = true);
CREATE TABLE IF NOT EXISTS "pageviews_raw" (
  "dc_object_key" text NOT NULL
);

-- Columns are added one by one, so that the script can run again when the export has new ones.
ALTER TABLE "pageviews_raw"
  ADD COLUMN IF NOT EXISTS "event_id" bigint,
  ADD COLUMN IF NOT EXISTS "user_id" bigint,
  ADD COLUMN IF NOT EXISTS "session_id" bigint,
  ADD COLUMN IF NOT EXISTS "time" text,
  ADD COLUMN IF NOT EXISTS "path" text,
  ADD COLUMN IF NOT EXISTS "title" text;

-- The table to load the files of user_migrations into; PostgreSQL itself reads no Avro.
-- Load each file once, and with each row the file's key relative to s3://csq-rs3-acme/
-- (superseded and unlisted files do no harm: the next view leaves them out). With DuckDB, for example:
--   ATTACH 'host=… dbname=…' AS pg (TYPE postgres);
--   INSERT INTO pg."user_migrations_raw" ("from_user_id", "to_user_id", "time", "dc_object_key")
--   SELECT "from_user_id", "to_user_id", "time", substr(filename, 19)
--   FROM read_avro([
--     's3://csq-rs3-acme/sync_1241/_heap_table_name=user_migrations/*.avro'
--   ], union_by_name = true, filename = true);
CREATE TABLE IF NOT EXISTS "user_migrations_raw" (
  "dc_object_key" text NOT NULL
);

-- Columns are added one by one, so that the script can run again when the export has new ones.
ALTER TABLE "user_migrations_raw"
  ADD COLUMN IF NOT EXISTS "from_user_id" bigint,
  ADD COLUMN IF NOT EXISTS "to_user_id" bigint,
  ADD COLUMN IF NOT EXISTS "time" text;

-- From here on all or nothing, so that nobody meets half a set of views.
BEGIN;

-- A view's columns cannot be changed in place. If this is refused, views of your own (or a dedup view) stand on
-- these: drop them first.
DROP VIEW IF EXISTS "pageviews_dedup", "pageviews_migrated", "pageviews_live";

-- The rows of the 300 files that the manifests list for this state of the table, by folder; the files named at
-- the end lie there too, but no manifest lists them.
CREATE OR REPLACE VIEW "pageviews_live" AS
WITH folders (dump_id, folder) AS (
  VALUES
    (1240, 'sync_1240/_heap_table_name=pageviews/'),
    (1241, 'sync_1241/_heap_table_name=pageviews/')
)
SELECT
  r."event_id",
  r."user_id",
  r."session_id",
  r."time",
  r."path",
  r."title",
  CAST(f.dump_id AS bigint) AS "dc_dump_id",
  CAST(substring(r."dc_object_key" FROM '/part-([0-9]{1,18})[^/]*$') AS bigint) AS "dc_part",
  r."dc_object_key" AS "dc_object_key"
FROM "pageviews_raw" r
JOIN folders f ON f.folder = substring(r."dc_object_key" FROM '^.*/')
WHERE r."dc_object_key" NOT IN (
  'sync_1241/_heap_table_name=pageviews/part-00007-0000.avro'
);

-- The rows of the files that the manifests list for this state of the table, and of no other file.
CREATE OR REPLACE VIEW "user_migrations_live" AS
WITH files (dump_id, part, object_key) AS (
  VALUES
    (1241, 0, 'sync_1241/_heap_table_name=user_migrations/part-00000-4be0.avro')
)
SELECT
  r."from_user_id",
  r."to_user_id",
  r."time",
  CAST(f.dump_id AS bigint) AS "dc_dump_id",
  CAST(f.part AS bigint) AS "dc_part",
  f.object_key AS "dc_object_key"
FROM "user_migrations_raw" r
JOIN files f ON f.object_key = r."dc_object_key";

-- One target for each migrated user: rows without a source or a target and users migrated to themselves are no
-- migrations; of several targets the newest counts, then the smallest. One step, as documented.
CREATE OR REPLACE VIEW "user_migrations_resolved" AS
WITH ranked AS (
  SELECT
    x."from_user_id",
    x."to_user_id",
    ROW_NUMBER() OVER (PARTITION BY x."from_user_id" ORDER BY x."time" COLLATE "C" DESC NULLS LAST, x."to_user_id") AS "dc_rank"
  FROM "user_migrations_live" x
  WHERE x."from_user_id" IS NOT NULL AND x."to_user_id" IS NOT NULL AND x."from_user_id" <> x."to_user_id"
)
SELECT x."from_user_id", x."to_user_id"
FROM ranked x
WHERE x."dc_rank" = 1;

-- Every row in effect, with the user it belongs to after migration. Repeated deliveries of a row are still
-- there.
CREATE OR REPLACE VIEW "pageviews_migrated" AS
SELECT
  e."event_id",
  COALESCE(m."to_user_id", e."user_id") AS "user_id",
  e."session_id",
  e."time",
  e."path",
  e."title",
  e."user_id" AS "original_user_id",
  e."dc_dump_id",
  e."dc_part",
  e."dc_object_key"
FROM "pageviews_live" e
LEFT JOIN "user_migrations_resolved" m ON m."from_user_id" = e."user_id";

-- One row per event_id and user_id, after migration: the one of the newest dump, then of the last part. The
-- order goes on through the other columns, so that the answer is always the same. Rows whose event_id is NULL
-- are all kept.
CREATE OR REPLACE VIEW "pageviews_dedup" AS
WITH ranked AS (
  SELECT
    e.*,
    ROW_NUMBER() OVER (
      PARTITION BY e."event_id", e."user_id"
      ORDER BY
        e."dc_dump_id" DESC, e."dc_part" DESC NULLS FIRST, e."dc_object_key" COLLATE "C" DESC,
        e."session_id" NULLS LAST, e."time" COLLATE "C" NULLS LAST, e."path" COLLATE "C" NULLS LAST,
        e."title" COLLATE "C" NULLS LAST, e."original_user_id" NULLS LAST
    ) AS "dc_rank"
  FROM "pageviews_migrated" e
)
SELECT
  r."event_id",
  r."user_id",
  r."session_id",
  r."time",
  r."path",
  r."title",
  r."original_user_id"
FROM ranked r
WHERE r."dc_rank" = 1 OR r."event_id" IS NULL;

COMMIT;
