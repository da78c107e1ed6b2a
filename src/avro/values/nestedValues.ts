import type avsc from 'avsc';
import { builtins, Type } from 'avsc/lib/types';
import { Failure } from '../../core/failure';
import type { RecordNode, TypeNode, UnionNode } from '../container/schema';
import { type Scalar, scalarJson, type Style } from './scalarText';
import { readLong } from '../container/varint';

/**
 * Values of nested types (records, lists, maps, unions of several types): avsc decodes them, and what it gives is
 * printed as JSON. The bytes must have been walked over by the kernel: avsc checks neither counts nor lengths itself.
 *
 * avsc gets not the writer's schema but one for the same bytes, made of the parsed types, because it refuses names
 * that real files have (`utm source`), and because a JavaScript object cannot hold every map. In it
 * - types, fields and symbols are numbered, and found again by their position,
 * - a map is a list of its entries: as an object it would lose repeated keys, `__proto__`, and the order,
 * - a branch that its union could not tell from another is put into a record of one field, which adds no byte,
 * - there are no logical types: avsc's value is exact, and `scalarText` knows what it means.
 * The module is loaded when a file has such a column; flat files do without avsc.
 */

/** Prints one value, made of exactly these bytes. */
export type NestedPrinter = (bytes: Buffer, style: Style) => string;

/** Fails with `avro.badSchema` if avsc can make nothing of the type. */
export function createNestedPrinter(node: TypeNode): NestedPrinter {
  const { schema, print } = new Compiler().compile(node);
  let type: avsc.Type;
  try {
    type = Type.forSchema(schema as avsc.Schema, {
      wrapUnions: 'always',
      omitRecordMethods: true,
      typeHook: (part) => (part === 'long' ? exactLong : undefined),
    });
  } catch (error) {
    throw new Failure('avro.badSchema', { detail: 'a nested type is beyond what can be decoded' }, error);
  }
  return (bytes, style) => print(type.fromBuffer(bytes), style);
}

/** 64 bits without loss: a number where that is exact, else a bigint. Only the reading is used; avsc wants all six. */
const exactLong = builtins.LongType.__with(
  {
    fromBuffer: (varint: Buffer) => readLong(varint, 0),
    toBuffer: readOnly,
    fromJSON: readOnly,
    toJSON: String,
    isValid: (value: unknown) => typeof value === 'number' || typeof value === 'bigint',
    compare: readOnly,
  },
  true,
);

function readOnly(): never {
  throw new Failure('internal', { detail: 'nothing is written here' });
}

/** A type for avsc, and the printer of the values that it gives. */
interface Compiled {
  readonly schema: AvscSchema;
  readonly print: (value: unknown, style: Style) => string;
}

type AvscSchema = string | readonly AvscSchema[] | { readonly type: string; readonly [key: string]: unknown };

class Compiler {
  /** Records met before, by the number of their name: types may contain themselves. */
  private readonly records = new Map<RecordNode, Compiled>();
  private names = 0;

  compile(node: TypeNode): Compiled {
    switch (node.type) {
      case 'record':
        return this.records.get(node) ?? this.record(node);
      case 'union':
        return this.union(node);
      case 'array': {
        const { schema, print } = this.compile(node.items);
        return { schema: { type: 'array', items: schema }, print: listPrinter('[', print, ']') };
      }
      case 'map': {
        const { schema, print } = this.compile(node.values);
        const entry: Compiled['print'] = (value, style) => {
          const { key, item } = value as { readonly key: string; readonly item: unknown };
          return `${JSON.stringify(key)}:${print(item, style)}`;
        };
        const items = this.recordSchema(this.name(), { key: 'string', item: schema });
        return { schema: { type: 'array', items }, print: listPrinter('{', entry, '}') };
      }
      case 'enum': {
        // A type without symbols has no values, but avsc wants one.
        const symbols = node.symbols.length === 0 ? ['_0'] : node.symbols.map((_, index) => `_${index}`);
        const texts = new Map(symbols.map((symbol, index) => [symbol, JSON.stringify(node.symbols[index])]));
        return {
          schema: { type: 'enum', name: this.name(), symbols },
          print: (value) => texts.get(value as string) as string,
        };
      }
      case 'fixed':
        return {
          schema: { type: 'fixed', name: this.name(), size: node.size },
          print: (value, style) => scalarJson(node, value as Buffer, style),
        };
      default:
        return { schema: node.type, print: (value, style) => scalarJson(node, value as Scalar, style) };
    }
  }

  private record(node: RecordNode): Compiled {
    const name = this.name();
    const fields: { readonly key: string; readonly label: string; readonly print: Compiled['print'] }[] = [];
    const print: Compiled['print'] = (value, style) => {
      const record = value as Readonly<Record<string, unknown>>;
      let text = '';
      for (const field of fields) {
        text += `${text === '' ? '' : ','}${field.label}${field.print(record[field.key], style)}`;
      }
      return `{${text}}`;
    };
    this.records.set(node, { schema: name, print });
    const schemas: Record<string, AvscSchema> = {};
    for (const [index, field] of node.fields.entries()) {
      const compiled = this.compile(field.node);
      const key = `_${index}`;
      schemas[key] = compiled.schema;
      fields.push({ key, label: `${JSON.stringify(field.name)}:`, print: compiled.print });
    }
    return { schema: this.recordSchema(name, schemas), print };
  }

  /** avsc gives a value of a union as `{ [name of its branch]: value }`, and NULL as null. */
  private union(node: UnionNode): Compiled {
    const prints = new Map<string, Compiled['print']>();
    const schemas = node.branches.map((branch): AvscSchema => {
      const { schema, print } = this.compile(branch);
      const word = wordOf(schema);
      if (word !== undefined && !prints.has(word)) {
        prints.set(word, print);
        return schema;
      }
      const name = this.name();
      prints.set(name, (value, style) => print((value as { readonly only: unknown }).only, style));
      return this.recordSchema(name, { only: schema });
    });
    return {
      schema: schemas,
      print: (value, style) => {
        if (value === null) return 'null';
        const [[word, inner]] = Object.entries(value as object) as [[string, unknown]];
        return (prints.get(word) as Compiled['print'])(inner, style);
      },
    };
  }

  private recordSchema(name: string, fields: Readonly<Record<string, AvscSchema>>): AvscSchema {
    return { type: 'record', name, fields: Object.entries(fields).map(([key, type]) => ({ name: key, type })) };
  }

  private name(): string {
    return `T${this.names++}`;
  }
}

/** What avsc calls a branch of this type; `undefined` for a union in a union, which it refuses. */
function wordOf(schema: AvscSchema): string | undefined {
  if (typeof schema === 'string') return schema;
  if (Array.isArray(schema)) return undefined;
  const { type, name } = schema as { readonly type: string; readonly name?: string };
  return name ?? type;
}

function listPrinter(open: string, print: Compiled['print'], close: string): Compiled['print'] {
  return (value, style) =>
    `${open}${(value as readonly unknown[]).map((item) => print(item, style)).join(',')}${close}`;
}
