-- users: migrated view for DuckDB. Query users_migrated.
-- From s3://csq-rs3-acme (connection acme) as of dump 1241: 3 files of 3 dumps since the full resync in 999.
-- Rule: only files that manifests list, from the last full resync on; user_id from user_migrations (dump 1241), one step; one row per user, newest first.
-- Creates, in this order: users_raw, user_migrations_raw, users_live, user_migrations_live, user_migrations_resolved, users_migrated.
-- A snapshot of dump 1241: after the next dump run "Data Connect: Generate Migrated View SQL" again, and then this script.

-- The files of users that are in effect, and no others. union_by_name keeps columns that only some of them have.
-- DuckDB needs a secret for S3: CREATE SECRET (TYPE s3, PROVIDER credential_chain). Compare the row count: some
-- releases of the avro extension lose rows of snappy files with several blocks (duckdb-avro issue 107).
CREATE OR REPLACE VIEW "users_raw" AS
SELECT *
FROM read_avro([
  's3://csq-rs3-acme/sync_999/_heap_table_name=users/part-00000-5b7d.avro',
  's3://csq-rs3-acme/sync_1240/_heap_table_name=users/part-00000-a1c4.avro',
  's3://csq-rs3-acme/sync_1241/_heap_table_name=users/part-00000-9f02.avro'
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
CREATE OR REPLACE VIEW "users_live" AS
WITH files (dump_id, part, object_key) AS (
  VALUES
    (999, 0, 'sync_999/_heap_table_name=users/part-00000-5b7d.avro'),
    (1240, 0, 'sync_1240/_heap_table_name=users/part-00000-a1c4.avro'),
    (1241, 0, 'sync_1241/_heap_table_name=users/part-00000-9f02.avro')
)
SELECT
  r."user_id",
  r."identity",
  r."handle",
  r."email",
  r."joindate",
  r."last_modified",
  r."Loyalty_Tier",
  CAST(f.dump_id AS BIGINT) AS "dc_dump_id",
  CAST(f.part AS BIGINT) AS "dc_part",
  f.object_key AS "dc_object_key"
FROM "users_raw" r
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

-- One row per user: its newest delivered row replaces the older ones. Users merged by migration share a row:
-- each column has the surviving user's value, or where that is NULL that of the newest merged user who has one;
-- joindate is the earliest and last_modified the latest, compared as text. Rows without a user_id are all kept.
CREATE OR REPLACE VIEW "users_migrated" AS
WITH ranked AS (
  SELECT
    u.*,
    ROW_NUMBER() OVER (
      PARTITION BY u."user_id"
      ORDER BY
        u."dc_dump_id" DESC, u."last_modified" DESC NULLS LAST, u."dc_part" DESC NULLS FIRST,
        u."dc_object_key" DESC, u."identity" NULLS LAST, u."handle" NULLS LAST, u."email" NULLS LAST,
        u."joindate" NULLS LAST, u."Loyalty_Tier" NULLS LAST
    ) AS "dc_rank"
  FROM "users_live" u
),
current_rows AS (
  SELECT
    r.*,
    COALESCE(m."to_user_id", r."user_id") AS "dc_user_id",
    CASE WHEN m."to_user_id" IS NULL THEN 0 ELSE 1 END AS "dc_merged",
    CASE WHEN r."user_id" IS NULL THEN r."dc_rank" ELSE 0 END AS "dc_unknown"
  FROM ranked r
  LEFT JOIN "user_migrations_resolved" m ON m."from_user_id" = r."user_id"
  WHERE r."dc_rank" = 1 OR r."user_id" IS NULL
),
ordered_rows AS (
  SELECT
    c.*,
    ROW_NUMBER() OVER (
      PARTITION BY c."dc_user_id", c."dc_unknown"
      ORDER BY
        c."dc_merged", c."dc_dump_id" DESC, c."last_modified" DESC NULLS LAST, c."user_id"
    ) AS "dc_position"
  FROM current_rows c
)
SELECT
  o."dc_user_id" AS "user_id",
  arg_min(o."identity", o."dc_position") FILTER (WHERE o."identity" IS NOT NULL) AS "identity",
  arg_min(o."handle", o."dc_position") FILTER (WHERE o."handle" IS NOT NULL) AS "handle",
  arg_min(o."email", o."dc_position") FILTER (WHERE o."email" IS NOT NULL) AS "email",
  MIN(o."joindate") AS "joindate",
  MAX(o."last_modified") AS "last_modified",
  arg_min(o."Loyalty_Tier", o."dc_position") FILTER (WHERE o."Loyalty_Tier" IS NOT NULL) AS "Loyalty_Tier"
FROM ordered_rows o
GROUP BY o."dc_user_id", o."dc_unknown";
