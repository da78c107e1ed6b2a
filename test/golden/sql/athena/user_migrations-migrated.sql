-- user_migrations: migrated view for Amazon Athena. Query user_migrations_resolved.
-- From s3://csq-rs3-acme (connection acme) as of dump 1241: 1 file of 1 dump since the full resync in 1241.
-- Rule: the newest copy only (dump 1241); one target per user, one step.
-- Creates, in this order: user_migrations_raw, user_migrations_live, user_migrations_resolved.
-- A snapshot of dump 1241: after the next dump run "Data Connect: Generate Migrated View SQL" again, and then this script.

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
