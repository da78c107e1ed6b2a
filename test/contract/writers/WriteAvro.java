import java.io.BufferedWriter;
import java.io.File;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.codehaus.jackson.map.ObjectMapper;

/**
 * Writes containers with Apache Avro for Java, reads them back with its own reader, and writes what that gave, a row a line, in the plain
 * form that test/fuzz/shapes.ts calls Raw. Argument: a plan, see writers.test.ts.
 */
public class WriteAvro {
  static final ObjectMapper json = new ObjectMapper();

  public static void main(String[] args) throws Exception {
    Map<?, ?> plan = json.readValue(new File(args[0]), Map.class);
    List<?> tables = (List<?>) plan.get("tables");
    for (Object each : (List<?>) plan.get("jobs")) {
      Map<?, ?> job = (Map<?, ?>) each;
      Map<?, ?> table = (Map<?, ?>) tables.get((Integer) job.get("table"));
      File file = new File((String) job.get("file"));
      Schema schema = new Schema.Parser().parse((String) table.get("schema"));
      write(file, schema, (List<?>) table.get("rows"), job);
      readBack(file, new File((String) job.get("back")));
    }
  }

  static void write(File file, Schema schema, List<?> rows, Map<?, ?> job) throws Exception {
    try (DataFileWriter<Object> writer = new DataFileWriter<>(new GenericDatumWriter<Object>(schema))) {
      // xz's usual preset takes 94 MB for each block anew.
      writer.setCodec(job.get("codec").equals("xz") ? CodecFactory.xzCodec(1) : CodecFactory.fromString((String) job.get("codec")));
      writer.setSyncInterval((Integer) job.get("blockBytes"));
      writer.create(schema, file);
      for (Object row : rows) writer.append(fromRaw(schema, row));
    }
  }

  static void readBack(File file, File back) throws Exception {
    GenericDatumReader<Object> datums = new GenericDatumReader<Object>() {
      @Override
      protected Object newMap(Object old, int size) {
        return new LinkedHashMap<Object, Object>();
      }
    };
    try (DataFileReader<Object> reader = new DataFileReader<>(file, datums);
        BufferedWriter out = Files.newBufferedWriter(back.toPath(), StandardCharsets.UTF_8)) {
      while (reader.hasNext()) {
        out.write(json.writeValueAsString(toRaw(reader.getSchema(), reader.next())));
        out.write('\n');
      }
    }
  }

  static boolean isDecimal(Schema schema) {
    return "decimal".equals(schema.getProp("logicalType"));
  }

  static Object fromRaw(Schema schema, Object raw) {
    switch (schema.getType()) {
      case NULL: return null;
      case BOOLEAN: return raw;
      case INT: return Integer.valueOf((String) raw);
      case LONG: return Long.valueOf((String) raw);
      case FLOAT: return Float.intBitsToFloat((int) Long.parseLong((String) raw, 16));
      case DOUBLE: return Double.longBitsToDouble(Long.parseUnsignedLong((String) raw, 16));
      case STRING: return raw;
      case BYTES: return ByteBuffer.wrap(isDecimal(schema) ? new BigInteger((String) raw).toByteArray() : unhex((String) raw));
      case FIXED: return new GenericData.Fixed(schema, isDecimal(schema) ? extended((String) raw, schema.getFixedSize()) : unhex((String) raw));
      case ENUM: return new GenericData.EnumSymbol(schema, (String) raw);
      case ARRAY: {
        List<Object> list = new ArrayList<>();
        for (Object item : (List<?>) raw) list.add(fromRaw(schema.getElementType(), item));
        return list;
      }
      case MAP: {
        Map<String, Object> map = new LinkedHashMap<>();
        for (Object entry : (List<?>) raw) {
          List<?> pair = (List<?>) entry;
          map.put((String) pair.get(0), fromRaw(schema.getValueType(), pair.get(1)));
        }
        return map;
      }
      case UNION: {
        List<?> pair = (List<?>) raw;
        return fromRaw(schema.getTypes().get((Integer) pair.get(0)), pair.get(1));
      }
      case RECORD: {
        GenericData.Record record = new GenericData.Record(schema);
        for (int i = 0; i < schema.getFields().size(); i++) {
          record.put(i, fromRaw(schema.getFields().get(i).schema(), ((List<?>) raw).get(i)));
        }
        return record;
      }
      default: throw new IllegalStateException(schema.toString());
    }
  }

  static Object toRaw(Schema schema, Object value) {
    switch (schema.getType()) {
      case NULL: return null;
      case BOOLEAN: return value;
      case INT: case LONG: case STRING: case ENUM: return value.toString();
      case FLOAT: return String.format("%08x", Float.floatToRawIntBits((Float) value));
      case DOUBLE: return String.format("%016x", Double.doubleToRawLongBits((Double) value));
      case BYTES: {
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return isDecimal(schema) ? new BigInteger(bytes).toString() : hex(bytes);
      }
      case FIXED: {
        byte[] bytes = ((GenericFixed) value).bytes();
        return isDecimal(schema) ? new BigInteger(bytes).toString() : hex(bytes);
      }
      case ARRAY: {
        List<Object> list = new ArrayList<>();
        for (Object item : (List<?>) value) list.add(toRaw(schema.getElementType(), item));
        return list;
      }
      case MAP: {
        List<Object> list = new ArrayList<>();
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
          List<Object> pair = new ArrayList<>();
          pair.add(entry.getKey().toString());
          pair.add(toRaw(schema.getValueType(), entry.getValue()));
          list.add(pair);
        }
        return list;
      }
      case UNION: {
        int branch = GenericData.get().resolveUnion(schema, value);
        List<Object> pair = new ArrayList<>();
        pair.add(branch);
        pair.add(toRaw(schema.getTypes().get(branch), value));
        return pair;
      }
      case RECORD: {
        List<Object> list = new ArrayList<>();
        for (Schema.Field field : schema.getFields()) list.add(toRaw(field.schema(), ((IndexedRecord) value).get(field.pos())));
        return list;
      }
      default: throw new IllegalStateException(schema.toString());
    }
  }

  static byte[] extended(String digits, int size) {
    BigInteger value = new BigInteger(digits);
    byte[] shortest = value.toByteArray();
    byte[] bytes = new byte[size];
    java.util.Arrays.fill(bytes, (byte) (value.signum() < 0 ? -1 : 0));
    System.arraycopy(shortest, 0, bytes, size - shortest.length, shortest.length);
    return bytes;
  }

  static byte[] unhex(String hex) {
    byte[] bytes = new byte[hex.length() / 2];
    for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) Integer.parseInt(hex.substring(i * 2, i * 2 + 2), 16);
    return bytes;
  }

  static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte each : bytes) text.append(String.format("%02x", each));
    return text.toString();
  }
}
