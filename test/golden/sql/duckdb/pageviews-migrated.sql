-- pageviews: migrated view for DuckDB. Query pageviews_migrated.
-- From s3://csq-rs3-acme (connection acme) as of dump 1241: 3 files of 2 dumps since the full resync in 1240.
-- Rule: only files that manifests list, from the last full resync on; user_id from user_migrations (dump 1241), one step; no row dropped.
-- Creates, in this order: pageviews_raw, user_migrations_raw, pageviews_live, user_migrations_live, user_migrations_resolved, pageviews_migrated.
-- A snapshot of dump 1241: after the next dump run "Data Connect: Generate Migrated View SQL" again, and then this script.

-- The files of pageviews that are in effect, and no others. union_by_name keeps columns that only some of them
-- have. DuckDB needs a secret for S3: CREATE SECRET (TYPE s3, PROVIDER credential_chain). Compare the row count:
-- some releases of the avro extension lose rows of snappy files with several blocks (duckdb-avro issue 107).
CREATE OR REPLACE VIEW "pageviews_raw" AS
SELECT *
FROM read_avro([
  's3://csq-rs3-acme/sync_1240/_heap_table_name=pageviews/part-00000-c2d8.avro',
  's3://csq-rs3-acme/sync_1240/_heap_table_name=pageviews/part-00001-c2d8.avro',
  's3://csq-rs3-acme/sync_1241/_heap_table_name=pageviews/part-00000-77aa.avro'
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
CREATE OR REPLACE VIEW "pageviews_live" AS
WITH files (dump_id, part, object_key) AS (
  VALUES
    (1240, 0, 'sync_1240/_heap_table_name=pageviews/part-00000-c2d8.avro'),
    (1240, 1, 'sync_1240/_heap_table_name=pageviews/part-00001-c2d8.avro'),
    (1241, 0, 'sync_1241/_heap_table_name=pageviews/part-00000-77aa.avro')
)
SELECT
  r."event_id",
  r."user_id",
  r."session_id",
  r."time",
  r."path",
  r."title",
  CAST(f.dump_id AS BIGINT) AS "dc_dump_id",
  CAST(f.part AS BIGINT) AS "dc_part",
  f.object_key AS "dc_object_key"
FROM "pageviews_raw" r
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
CREATE OR REPLACE VIEW "pageviews_migrated" AS
SELECT
  e."event_id",
  COALESCE(m."to_user_id", e."user_id") AS "user_id",
  e."session_id",
  e."time",
  e."path",
  e."title",
  e."dc_dump_id",
  e."dc_part",
  e."dc_object_key"
FROM "pageviews_live" e
LEFT JOIN "user_migrations_resolved" m ON m."from_user_id" = e."user_id";
