"""Writes containers with Apache Avro for Python, reads them back with its own reader, and writes what that gave, a row a line,
in the plain form that test/fuzz/shapes.ts calls Raw. Argument: a plan, see writers.test.ts."""
import datetime
import decimal
import json
import struct
import sys
import uuid
import warnings

import avro.datafile
import avro.io
import avro.schema

warnings.simplefilter("ignore")
EPOCH_DAY = datetime.date(1970, 1, 1)
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
MICRO = datetime.timedelta(microseconds=1)


def logical(schema):
    """Only what the library takes as a logical type itself: others are what lies under them."""
    return getattr(schema, "logical_type", None) if isinstance(schema, avro.schema.LogicalSchema) else None


def clock(micros):
    seconds, rest = divmod(micros, 1_000_000)
    return datetime.time(seconds // 3600, seconds // 60 % 60, seconds % 60, rest)


def micros_of(time):
    return ((time.hour * 60 + time.minute) * 60 + time.second) * 1_000_000 + time.microsecond


LOGICAL = {
    "date": (lambda n: EPOCH_DAY + datetime.timedelta(days=n), lambda v: (v - EPOCH_DAY).days),
    "time-millis": (lambda n: clock(n * 1000), lambda v: micros_of(v) // 1000),
    "time-micros": (clock, micros_of),
    "timestamp-millis": (lambda n: EPOCH + n * 1000 * MICRO, lambda v: (v - EPOCH) // MICRO // 1000),
    "timestamp-micros": (lambda n: EPOCH + n * MICRO, lambda v: (v - EPOCH) // MICRO),
}


def from_raw(schema, raw):
    kind, name = schema.type, logical(schema)
    if kind in ("int", "long"):
        return LOGICAL[name][0](int(raw)) if name in LOGICAL else int(raw)
    if kind == "float":
        return struct.unpack(">f", bytes.fromhex(raw))[0]
    if kind == "double":
        return struct.unpack(">d", bytes.fromhex(raw))[0]
    if kind in ("bytes", "fixed"):
        if name == "decimal":
            return decimal.Decimal(raw).scaleb(-schema.scale, decimal.Context(prec=60))
        return bytes.fromhex(raw)
    if kind == "array":
        return [from_raw(schema.items, item) for item in raw]
    if kind == "map":
        return {key: from_raw(schema.values, item) for key, item in raw}
    if kind == "union":
        return from_raw(schema.schemas[raw[0]], raw[1])
    if kind == "record":
        return {field.name: from_raw(field.type, item) for field, item in zip(schema.fields, raw)}
    return raw


def to_raw(schema, value):
    kind, name = schema.type, logical(schema)
    if kind in ("int", "long"):
        return str(LOGICAL[name][1](value) if name in LOGICAL else value)
    if kind == "float":
        return struct.pack(">f", value).hex()
    if kind == "double":
        return struct.pack(">d", value).hex()
    if kind in ("bytes", "fixed"):
        if name == "decimal":
            return str(int(value.scaleb(schema.scale, decimal.Context(prec=60))))
        if schema.props.get("logicalType") == "decimal":
            return str(int.from_bytes(value, "big", signed=True))
        return value.hex()
    if isinstance(value, uuid.UUID):
        return str(value)
    if kind == "array":
        return [to_raw(schema.items, item) for item in value]
    if kind == "map":
        return [[key, to_raw(schema.values, item)] for key, item in value.items()]
    if kind == "union":
        branch = next(i for i, each in enumerate(schema.schemas) if each.validate(value) is not None)
        return [branch, to_raw(schema.schemas[branch], value)]
    if kind == "record":
        return [to_raw(field.type, value[field.name]) for field in schema.fields]
    return value


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        plan = json.load(file)
    for job in plan["jobs"]:
        table = plan["tables"][job["table"]]
        schema = avro.schema.parse(table["schema"])
        avro.datafile.SYNC_INTERVAL = job["blockBytes"]
        with open(job["file"], "wb") as file:
            writer = avro.datafile.DataFileWriter(file, avro.io.DatumWriter(), schema, codec=job["codec"])
            for row in table["rows"]:
                writer.append(from_raw(schema, row))
            writer.close()
        with open(job["file"], "rb") as file, open(job["back"], "w", encoding="utf-8") as back:
            for value in avro.datafile.DataFileReader(file, avro.io.DatumReader()):
                back.write(json.dumps(to_raw(schema, value)) + "\n")


main()
