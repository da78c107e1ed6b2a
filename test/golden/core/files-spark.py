[
  "s3://acme/sync_1240/_heap_table_name=pageviews/part-00000-4fec-c000.avro",
  "s3://acme/sync_1241/_heap_table_name=o'clock \"now\"/part-00001-\\t-c000.avro",
  "s3://acme/sync_1241/_heap_table_name=naïve 日本 🦊/part-00002-4fec-c000.avro"
]
