-- sessions: deduplicated rows for DuckDB. Query sessions_dedup.
-- From s3://csq-rs3-acme (connection acme) as of dump 1241: 2 files of 2 dumps.
-- Rule: only files that manifests list, from the oldest dump known on; user_id from user_migrations (dump 1241), one step; then one row per session_id, user_id, newest dump first.
-- Creates, in this order: sessions_raw, user_migrations_raw, sessions_live, user_migrations_live, user_migrations_resolved, sessions_migrated, sessions_dedup.
-- A snapshot of dump 1241: after the next dump run "Data Connect: Generate Dedup SQL" again, and then this script.
-- Warning: No full resync of sessions was seen: it is built from the oldest dump known, and earlier rows may be missing.

-- The files of sessions that are in effect, and no others. union_by_name keeps columns that only some of them
-- have. DuckDB needs a secret for S3: CREATE SECRET (TYPE s3, PROVIDER credential_chain). Compare the row count:
-- some releases of the avro extension lose rows of snappy files with several blocks (duckdb-avro issue 107).
CREATE OR REPLACE VIEW "sessions_raw" AS
SELECT *
FROM read_avro([
  's3://csq-rs3-acme/sync_1240/_heap_table_name=sessions/part-00000-7e11.avro',
  's3://csq-rs3-acme/sync_1241/_heap_table_name=sessions/part-00000-03ab.avro'
], union_by_name = true, filename = true);

-- The files of user_migrations that are in effect, and no others. union_by_name keeps columns that only some of
-- them have. DuckDB needs a secret for S3: CREATE SECRET (TYPE s3, PROVIDER credential_chain). Compare the row
-- count: some releases of the avro extension lose rows of snappy files with several blocks (duckdb-avro issue
-- 107).
CREATE OR REPLACE VIEW "user_migrations_raw" AS
SELECT *
FROM read_avro([
  's3://csq-rs3-acme/sync_1241/_heap_table_name=user_migrations/part-00000-4be0.avro'
], union_by_name = true, filename = true);

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
  CAST(f.dump_id AS BIGINT) AS "dc_dump_id",
  CAST(f.part AS BIGINT) AS "dc_part",
  f.object_key AS "dc_object_key"
FROM "sessions_raw" r
JOIN files f ON f.object_key = substr(r."filename", 19);

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
  CAST(f.dump_id AS BIGINT) AS "dc_dump_id",
  CAST(f.part AS BIGINT) AS "dc_part",
  f.object_key AS "dc_object_key"
FROM "user_migrations_raw" r
JOIN files f ON f.object_key = substr(r."filename", 19);

-- One target for each migrated user: rows without a source or a target and users migrated to themselves are no
-- migrations; of several targets the newest counts, then the smallest. One step, as documented.
CREATE OR REPLACE VIEW "user_migrations_resolved" AS
WITH ranked AS (
  SELECT
    x."from_user_id",
    x."to_user_id",
    ROW_NUMBER() OVER (PARTITION BY x."from_user_id" ORDER BY x."time" DESC NULLS LAST, x."to_user_id") AS "dc_rank"
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
        e."dc_dump_id" DESC, e."dc_part" DESC NULLS FIRST, e."dc_object_key" DESC, e."event_id" NULLS LAST,
        e."time" NULLS LAST, e."platform" NULLS LAST, e."country" NULLS LAST, e."utm_source" NULLS LAST
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
