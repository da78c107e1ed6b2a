/* Reads every row of an Avro file with the generic reader of libavro, and tells on stderr how many there were. */
#include <avro.h>
#include <stdio.h>

int main(int argc, char **argv) {
  avro_file_reader_t reader;
  avro_value_t value;
  long rows = 0;
  if (argc != 2 || avro_file_reader(argv[1], &reader)) {
    fprintf(stderr, "cannot open: %s\n", avro_strerror());
    return 1;
  }
  avro_schema_t schema = avro_file_reader_get_writer_schema(reader);
  avro_value_iface_t *type = avro_generic_class_from_schema(schema);
  avro_generic_value_new(type, &value);
  while (avro_file_reader_read_value(reader, &value) == 0) {
    rows++;
    avro_value_reset(&value);
  }
  avro_value_decref(&value);
  avro_value_iface_decref(type);
  avro_schema_decref(schema);
  avro_file_reader_close(reader);
  fprintf(stderr, "{\"rows\":%ld}\n", rows);
  return 0;
}
