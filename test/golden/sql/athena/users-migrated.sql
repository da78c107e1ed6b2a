-- users: migrated view for Amazon Athena. Query users_migrated.
-- From s3://csq-rs3-acme (connection acme) as of dump 1241: 3 files of 3 dumps since the full resync in 999.
-- Rule: only files that manifests list, from the last full resync on; user_id from user_migrations (dump 1241), one step; one row per user, newest first.
-- Creates, in this order: users_raw, user_migrations_raw, users_live, user_migrations_live, user_migrations_resolved, users_migrated.
-- A snapshot of dump 1241: after the next dump run "Data Connect: Generate Migrated View SQL" again, and then this script.

-- Drops the definition of the raw table, so that the next statement can make it anew. The files are not touched.
DROP TABLE IF EXISTS `users_raw`;

-- The files of users, one partition per dump. Each location is the table's own folder: above it, folders that
-- begin with an underscore are skipped without a word.
CREATE EXTERNAL TABLE `users_raw` (
  `user_id` bigint,
  `identity` string,
  `handle` string,
  `email` string,
  `joindate` string,
  `last_modified` string,
  `Loyalty_Tier` string
)
PARTITIONED BY (`dc_dump` string)
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.avro.AvroSerDe'
WITH SERDEPROPERTIES ('avro.schema.literal' = '{"type":"record","name":"topLevelRecord","fields":[{"name":"user_id","type":["null","long"],"default":null},{"name":"identity","type":["null","string"],"default":null},{"name":"handle","type":["null","string"],"default":null},{"name":"email","type":["null","string"],"default":null},{"name":"joindate","type":["null","string"],"default":null},{"name":"last_modified","type":["null","string"],"default":null},{"name":"Loyalty_Tier","type":["null","string"],"default":null}]}')
STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat'
LOCATION 's3://csq-rs3-acme/manifests/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.dc_dump.type' = 'enum',
  'projection.dc_dump.values' = '999,1240,1241',
  'storage.location.template' = 's3://csq-rs3-acme/sync_${dc_dump}/_heap_table_name=users/'
);

-- Drops the definition of the raw table, so that the next statement can make it anew. The files are not touched.
DROP TABLE IF EXISTS `user_migrations_raw`;

-- The files of user_migrations, one partition per dump. Each location is the table's own folder: above it,
-- folders that begin with an underscore are skipped without a word.
CREATE EXTERNAL TABLE `user_migrations_raw` (
  `from_user_id` bigint,
  `to_user_id` bigint,
  `time` string
)
PARTITIONED BY (`dc_dump` string)
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.avro.AvroSerDe'
WITH SERDEPROPERTIES ('avro.schema.literal' = '{"type":"record","name":"topLevelRecord","fields":[{"name":"from_user_id","type":["null","long"],"default":null},{"name":"to_user_id","type":["null","long"],"default":null},{"name":"time","type":["null","string"],"default":null}]}')
STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat'
LOCATION 's3://csq-rs3-acme/manifests/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.dc_dump.type' = 'enum',
  'projection.dc_dump.values' = '1241',
  'storage.location.template' = 's3://csq-rs3-acme/sync_${dc_dump}/_heap_table_name=user_migrations/'
);

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
  CAST(f.dump_id AS bigint) AS "dc_dump_id",
  CAST(f.part AS bigint) AS "dc_part",
  f.object_key AS "dc_object_key"
FROM "users_raw" r
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
  min_by(o."identity", o."dc_position") FILTER (WHERE o."identity" IS NOT NULL) AS "identity",
  min_by(o."handle", o."dc_position") FILTER (WHERE o."handle" IS NOT NULL) AS "handle",
  min_by(o."email", o."dc_position") FILTER (WHERE o."email" IS NOT NULL) AS "email",
  MIN(o."joindate") AS "joindate",
  MAX(o."last_modified") AS "last_modified",
  min_by(o."Loyalty_Tier", o."dc_position") FILTER (WHERE o."Loyalty_Tier" IS NOT NULL) AS "Loyalty_Tier"
FROM ordered_rows o
GROUP BY o."dc_user_id", o."dc_unknown";
