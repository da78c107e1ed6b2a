-- sessions: deduplicated rows for PostgreSQL. Query sessions_dedup.
-- From s3://csq-rs3-acme (connection acme) as of dump 1241: 2 files of 2 dumps.
-- Rule: only files that manifests list, from the oldest dump known on; user_id from user_migrations (dump 1241), one step; then one row per session_id, user_id, newest dump first.
-- Creates, in this order: sessions_raw, user_migrations_raw, sessions_live, user_migrations_live, user_migrations_resolved, sessions_migrated, sessions_dedup.
-- A snapshot of dump 1241: after the next dump run "Data Connect: Generate Dedup SQL" again, and then this script.
-- Warning: No full resync of sessions was seen: it is built from the oldest dump known, and earlier rows may be missing.

-- The table to load the files of sessions into; PostgreSQL itself reads no Avro.
-- Load each file once, and with each row the file's key relative to s3://csq-rs3-acme/
-- (superseded and unlisted files do no harm: the next view leaves them out). With DuckDB, for example:
--   ATTACH 'host=… dbname=…' AS pg (TYPE postgres);
--   INSERT INTO pg."sessions_raw" ("event_id", "user_id", "session_id", "time", "platform", "country", "utm_source", "dc_object_key")
--   SELECT "event_id", "user_id", "session_id", "time", "platform", "country", "utm_source", substr(filename, 19)
--   FROM read_avro([
--     's3://csq-rs3-acme/sync_1240/_heap_table_name=sessions/*.avro',
--     's3://csq-rs3-acme/sync_1241/_heap_table_name=sessions/*.avro'
--   ], union_by_name = true, filename = true);
CREATE TABLE IF NOT EXISTS "sessions_raw" (
  "dc_object_key" text NOT NULL
);

-- Columns are added one by one, so that the script can run again when the export has new ones.
ALTER TABLE "sessions_raw"
  ADD COLUMN IF NOT EXISTS "event_id" bigint,
  ADD COLUMN IF NOT EXISTS "user_id" bigint,
  ADD COLUMN IF NOT EXISTS "session_id" bigint,
  ADD COLUMN IF NOT EXISTS "time" text,
  ADD COLUMN IF NOT EXISTS "platform" text,
  ADD COLUMN IF NOT EXISTS "country" text,
  ADD COLUMN IF NOT EXISTS "utm_source" text;

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
DROP VIEW IF EXISTS "sessions_dedup", "sessions_migrated", "sessions_live";

-- The rows of the files that the manifests list for this state of the table, and of no other file.
CREATE OR REPLACE VIEW "sessions_live" AS
WITH files (dump_id, part, object_key) AS (
  VALUES
    (1240, 0, 'sync_1240/_heap_table_name=sessions/part-00000-7e11.avro'),
    (1241, 0, 'sync_1241/_heap_table_name=sessions/part-00000-03ab.avro')
)
SELECT
  r."event_id",
  r."user_id",
  r."session_id",
  r."time",
  r."platform",
  r."country",
  r."utm_source",
  CAST(f.dump_id AS bigint) AS "dc_dump_id",
  CAST(f.part AS bigint) AS "dc_part",
  f.object_key AS "dc_object_key"
FROM "sessions_raw" r
JOIN files f ON f.object_key = r."dc_object_key";

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
CREATE OR REPLACE VIEW "sessions_migrated" AS
SELECT
  e."event_id",
  COALESCE(m."to_user_id", e."user_id") AS "user_id",
  e."session_id",
  e."time",
  e."platform",
  e."country",
  e."utm_source",
  e."dc_dump_id",
  e."dc_part",
  e."dc_object_key"
FROM "sessions_live" e
LEFT JOIN "user_migrations_resolved" m ON m."from_user_id" = e."user_id";

-- One row per session_id and user_id, after migration: the one of the newest dump, then of the last part. The
-- order goes on through the other columns, so that the answer is always the same. Rows whose session_id is NULL
-- are all kept.
CREATE OR REPLACE VIEW "sessions_dedup" AS
WITH ranked AS (
  SELECT
    e.*,
    ROW_NUMBER() OVER (
      PARTITION BY e."session_id", e."user_id"
      ORDER BY
        e."dc_dump_id" DESC, e."dc_part" DESC NULLS FIRST, e."dc_object_key" COLLATE "C" DESC,
        e."event_id" NULLS LAST, e."time" COLLATE "C" NULLS LAST, e."platform" COLLATE "C" NULLS LAST,
        e."country" COLLATE "C" NULLS LAST, e."utm_source" COLLATE "C" NULLS LAST
    ) AS "dc_rank"
  FROM "sessions_migrated" e
)
SELECT
  r."event_id",
  r."user_id",
  r."session_id",
  r."time",
  r."platform",
  r."country",
  r."utm_source"
FROM ranked r
WHERE r."dc_rank" = 1 OR r."session_id" IS NULL;

COMMIT;
