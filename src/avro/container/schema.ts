import { Failure } from '../../core/failure';

/** A writer's schema as this room reads it. Named types are shared, so a recursive schema is a cycle of these. */
export type TypeNode = PrimitiveNode | FixedNode | EnumNode | ArrayNode | MapNode | UnionNode | RecordNode;

export interface PrimitiveNode {
  readonly type: 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string';
  readonly logical?: LogicalType;
}

export interface FixedNode {
  readonly type: 'fixed';
  readonly name: string;
  readonly size: number;
  readonly logical?: LogicalType;
}

export interface EnumNode {
  readonly type: 'enum';
  readonly name: string;
  readonly symbols: readonly string[];
}

export interface ArrayNode {
  readonly type: 'array';
  readonly items: TypeNode;
}

export interface MapNode {
  readonly type: 'map';
  readonly values: TypeNode;
}

export interface UnionNode {
  readonly type: 'union';
  readonly branches: readonly TypeNode[];
}

export interface RecordNode {
  readonly type: 'record';
  readonly name: string;
  readonly fields: readonly FieldNode[];
}

export interface FieldNode {
  readonly name: string;
  readonly node: TypeNode;
  readonly doc?: string;
}

/** The logical types that are shown as what they mean; any other is ignored, as the specification asks. */
export type LogicalType =
  | { readonly name: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly name: 'uuid' | 'date' | 'duration' | TimeName };

export type TimeName =
  | 'time-millis'
  | 'time-micros'
  | 'timestamp-millis'
  | 'timestamp-micros'
  | 'timestamp-nanos'
  | 'local-timestamp-millis'
  | 'local-timestamp-micros'
  | 'local-timestamp-nanos';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = Readonly<Record<string, Json>>;

const primitives: ReadonlySet<string> = new Set<PrimitiveNode['type']>([
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
]);

/** Deeper nesting in the schema's own text is refused, so that no schema can exhaust the stack. */
const maxSchemaDepth = 500;
const maxFixedBytes = 0x7fff_ffff;

/**
 * The type a schema describes. More tolerant than most: names may have any characters (exports carry people's
 * property names), unknown attributes are left alone, two types may have one name. Fails with `avro.badSchema` and a `detail`.
 */
export function parseSchema(text: string): TypeNode {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch (error) {
    throw new Failure('avro.badSchema', { detail: 'the schema is not JSON' }, error);
  }
  return new SchemaParser().parse(json, '', 0);
}

/** The name of a type as the schema gives it: a full name for named types, else the type's word. */
export function nameOf(node: TypeNode): string {
  return 'name' in node ? node.name : node.type;
}

export function logicalOf(node: TypeNode): LogicalType | undefined {
  return 'logical' in node ? node.logical : undefined;
}

class SchemaParser {
  private readonly named = new Map<string, TypeNode>();
  /** Names of the records whose fields are being read. */
  private readonly open = new Set<string>();
  /** Names given to two types: some writers spell a type out wherever it occurs. Only a reference to one is a fault. */
  private readonly ambiguous = new Set<string>();

  parse(json: Json, namespace: string, depth: number): TypeNode {
    if (depth > maxSchemaDepth) throw bad('its types are nested too deeply');
    if (typeof json === 'string') return this.resolve(json, namespace);
    if (Array.isArray(json)) return this.parseUnion(json as readonly Json[], namespace, depth);
    if (typeof json !== 'object' || json === null) throw bad(`${JSON.stringify(json)} is not a type`);
    const object = json as JsonObject;
    const type = object['type'];
    if (type === undefined) throw bad('a type without "type"');
    if (typeof type !== 'string') return withLogicalType(this.parse(type, namespace, depth + 1), object);
    switch (type) {
      case 'record':
      case 'error':
        return this.parseRecord(object, namespace, depth);
      case 'enum':
        return this.parseEnum(object, namespace);
      case 'fixed':
        return this.parseFixed(object, namespace);
      case 'array':
        return { type, items: this.parse(required(object, 'items', 'array'), namespace, depth + 1) };
      case 'map':
        return { type, values: this.parse(required(object, 'values', 'map'), namespace, depth + 1) };
      default:
        return withLogicalType(this.resolve(type, namespace), object);
    }
  }

  private resolve(name: string, namespace: string): TypeNode {
    if (primitives.has(name)) return { type: name as PrimitiveNode['type'] };
    const full = this.named.has(fullName(name, namespace)) ? fullName(name, namespace) : name;
    const found = this.named.get(full);
    if (this.ambiguous.has(full)) throw bad(`two types are called ${full}, and a third place means one of them`);
    if (found === undefined) throw bad(`there is no type called ${JSON.stringify(name)}`);
    return found;
  }

  private parseUnion(json: readonly Json[], namespace: string, depth: number): TypeNode {
    if (json.length === 0) throw bad('a union without types');
    return { type: 'union', branches: json.map((branch) => this.parse(branch, namespace, depth + 1)) };
  }

  private parseRecord(object: JsonObject, namespace: string, depth: number): TypeNode {
    const fields: FieldNode[] = [];
    const name = this.nameOf(object, namespace, 'record');
    const node: RecordNode = { type: 'record', name, fields };
    this.define(name, node);
    this.open.add(name);
    const inner = namespaceOf(name);
    const list = object['fields'];
    if (!Array.isArray(list)) throw bad(`record ${name} without fields`);
    for (const field of list as readonly Json[]) {
      if (typeof field !== 'object' || field === null || Array.isArray(field)) {
        throw bad(`record ${name} has a field that is not an object`);
      }
      const { name: fieldName, doc } = field as JsonObject;
      if (typeof fieldName !== 'string') throw bad(`record ${name} has a field without a name`);
      const fieldNode = this.parse(required(field as JsonObject, 'type', `field ${fieldName}`), inner, depth + 1);
      fields.push({ name: fieldName, node: fieldNode, ...(typeof doc === 'string' ? { doc } : {}) });
    }
    this.open.delete(name);
    return node;
  }

  private parseEnum(object: JsonObject, namespace: string): TypeNode {
    const name = this.nameOf(object, namespace, 'enum');
    const symbols = object['symbols'];
    if (!Array.isArray(symbols) || !symbols.every((symbol) => typeof symbol === 'string')) {
      throw bad(`enum ${name} without symbols`);
    }
    return this.define(name, { type: 'enum', name, symbols });
  }

  private parseFixed(object: JsonObject, namespace: string): TypeNode {
    const name = this.nameOf(object, namespace, 'fixed');
    const size = object['size'];
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 0 || size > maxFixedBytes) {
      throw bad(`fixed ${name} without a size`);
    }
    return this.define(name, withLogicalType({ type: 'fixed', name, size }, object));
  }

  private nameOf(object: JsonObject, namespace: string, what: string): string {
    const name = object['name'];
    if (typeof name !== 'string' || name === '') throw bad(`a type ${what} without a name`);
    const own = object['namespace'];
    return fullName(name, typeof own === 'string' ? own : namespace);
  }

  private define(name: string, node: TypeNode): TypeNode {
    if (this.open.has(name)) throw bad(`two types are called ${name}`);
    if (this.named.has(name)) this.ambiguous.add(name);
    this.named.set(name, node);
    return node;
  }
}

function bad(detail: string): Failure {
  return new Failure('avro.badSchema', { detail });
}

function required(object: JsonObject, key: string, what: string): Json {
  const value = object[key];
  if (value === undefined) throw bad(`${what} without "${key}"`);
  return value;
}

/** Source: Avro specification, "Names": a name with a dot is full already. */
function fullName(name: string, namespace: string): string {
  return namespace === '' || name.includes('.') ? name : `${namespace}.${name}`;
}

function namespaceOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(0, dot);
}

const logicalTypesOf: Readonly<Record<string, readonly string[]>> = {
  int: ['date', 'time-millis'],
  long: [
    'time-micros',
    'timestamp-millis',
    'timestamp-micros',
    'timestamp-nanos',
    'local-timestamp-millis',
    'local-timestamp-micros',
    'local-timestamp-nanos',
  ],
  string: ['uuid'],
};

/** The node with its logical type, if the attribute fits the type; otherwise the node as it is (specification, "Logical Types"). */
function withLogicalType(node: TypeNode, object: JsonObject): TypeNode {
  const name = object['logicalType'];
  if (typeof name !== 'string') return node;
  if (name === 'decimal' && (node.type === 'bytes' || node.type === 'fixed')) {
    const { precision, scale = 0 } = object;
    const fits =
      typeof precision === 'number' &&
      typeof scale === 'number' &&
      Number.isInteger(precision) &&
      Number.isInteger(scale) &&
      scale >= 0 &&
      scale <= precision;
    return fits ? { ...node, logical: { name, precision, scale } } : node;
  }
  if (node.type === 'fixed') {
    if (name === 'uuid' && node.size === 16) return { ...node, logical: { name } };
    return name === 'duration' && node.size === 12 ? { ...node, logical: { name } } : node;
  }
  if (node.type === 'int' || node.type === 'long' || node.type === 'string') {
    const known = logicalTypesOf[node.type]?.includes(name) === true;
    return known ? { ...node, logical: { name: name as TimeName } } : node;
  }
  return node;
}
