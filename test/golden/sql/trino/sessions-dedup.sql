-- sessions: deduplicated rows for Trino. Query sessions_dedup.
-- From s3://csq-rs3-acme (connection acme) as of dump 1241: 2 files of 2 dumps.
-- Rule: only files that manifests list, from the oldest dump known on; user_id from user_migrations (dump 1241), one step; then one row per session_id, user_id, newest dump first.
-- Creates, in this order: sessions_raw, user_migrations_raw, sessions_live, user_migrations_live, user_migrations_resolved, sessions_migrated, sessions_dedup.
-- A snapshot of dump 1241: after the next dump run "Data Connect: Generate Dedup SQL" again, and then this script.
-- Warning: No full resync of sessions was seen: it is built from the oldest dump known, and earlier rows may be missing.

-- Drops the definition of the raw table, so that the next statement can make it anew. The files are not touched.
DROP TABLE IF EXISTS "sessions_raw";

-- The files of sessions, one partition per dump. Each location is the table's own folder: above it, folders that
-- begin with an underscore are skipped without a word. Run this in the schema data_connect of a Hive catalogue
-- that has hive.allow-register-partition-procedure=true.
CREATE TABLE "sessions_raw" (
  "event_id" bigint,
  "user_id" bigint,
  "session_id" bigint,
  "time" varchar,
  "platform" varchar,
  "country" varchar,
  "utm_source" varchar,
  "dc_dump" varchar
)
WITH (
  format = 'AVRO',
  external_location = 's3://csq-rs3-acme/',
  partitioned_by = ARRAY['dc_dump']
);

-- Names the folder of each dump that is in effect.
CALL system.register_partition(
  schema_name => 'data_connect',
  table_name => 'sessions_raw',
  partition_columns => ARRAY['dc_dump'],
  partition_values => ARRAY['1240'],
  location => 's3://csq-rs3-acme/sync_1240/_heap_table_name=sessions/'
);

CALL system.register_partition(
  schema_name => 'data_connect',
  table_name => 'sessions_raw',
  partition_columns => ARRAY['dc_dump'],
  partition_values => ARRAY['1241'],
  location => 's3://csq-rs3-acme/sync_1241/_heap_table_name=sessions/'
);

-- Drops the definition of the raw table, so that the next statement can make it anew. The files are not touched.
DROP TABLE IF EXISTS "user_migrations_raw";

-- The files of user_migrations, one partition per dump. Each location is the table's own folder: above it,
-- folders that begin with an underscore are skipped without a word. Run this in the schema data_connect of a
-- Hive catalogue that has hive.allow-register-partition-procedure=true.
CREATE TABLE "user_migrations_raw" (
  "from_user_id" bigint,
  "to_user_id" bigint,
  "time" varchar,
  "dc_dump" varchar
)
WITH (
  format = 'AVRO',
  external_location = 's3://csq-rs3-acme/',
  partitioned_by = ARRAY['dc_dump']
);

-- Names the folder of each dump that is in effect.
CALL system.register_partition(
  schema_name => 'data_connect',
  table_name => 'user_migrations_raw',
  partition_columns => ARRAY['dc_dump'],
  partition_values => ARRAY['1241'],
  location => 's3://csq-rs3-acme/sync_1241/_heap_table_name=user_migrations/'
);

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
JOIN files f ON f.object_key = substr(r."$path", 19);

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
JOIN files f ON f.object_key = substr(r."$path", 19);

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
