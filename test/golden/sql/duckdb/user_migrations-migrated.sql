-- user_migrations: migrated view for DuckDB. Query user_migrations_resolved.
-- From s3://csq-rs3-acme (connection acme) as of dump 1241: 1 file of 1 dump since the full resync in 1241.
-- Rule: the newest copy only (dump 1241); one target per user, one step.
-- Creates, in this order: user_migrations_raw, user_migrations_live, user_migrations_resolved.
-- A snapshot of dump 1241: after the next dump run "Data Connect: Generate Migrated View SQL" again, and then this script.

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
