import { Failure } from './failure';
import { parseJson, printCanonicalJson } from './json';
import { isRecord, type JsonRecord } from './jsonRecord';

/**
 * Properties that the consumer computes: definitions are delivered, not values.
 * Source: seed "Process property definitions"; the file's form is Heap's public "Defined properties JSON file".
 * What is not known (newer operators, types, keys) is kept as it is and marked, never refused.
 */
export interface PropertyDefinition {
  /** As spelled; it may be a display name (`Channel`). */
  readonly name: string;
  /** `event` or `user`; another text if the file says another. Absent if it does not say. */
  readonly entity?: string;
  /** In order: the first whose condition is true gives the value. */
  readonly cases: readonly DefinitionCase[];
  /** Without one, no case means NULL (inferred). */
  readonly defaultValue?: DefinitionValue;
  /** Parts that are not understood, in words with their JSON path; empty if the definition can be translated. */
  readonly notUnderstood: readonly string[];
  /** The definition as JSON, keys sorted: equal texts are equal definitions. */
  readonly canonicalText: string;
}

export interface DefinitionCase {
  readonly value: DefinitionValue;
  readonly condition: DefinitionCondition;
}

/** `property`: the value of another, not defined, property of the same entity. */
export type DefinitionValue =
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'constant'; readonly value: JsonScalar }
  | { readonly kind: 'unknown'; readonly text: string };

export type JsonScalar = string | number | bigint | boolean | null;

export type DefinitionCondition =
  | {
      readonly kind: 'group';
      readonly combinator: 'and' | 'or';
      readonly clauses: readonly DefinitionCondition[];
    }
  | DefinitionClause
  | { readonly kind: 'unknown'; readonly text: string };

export interface DefinitionClause {
  readonly kind: 'clause';
  readonly property: string;
  readonly operator: DefinitionOperator;
  /** One value; several for a list; none where the operator needs none. */
  readonly values: readonly JsonScalar[];
}

export const definitionOperators = [
  '=',
  '!=',
  'contains',
  'notcontains',
  'isdef',
  'notdef',
  'matches',
  'notmatches',
  'includedin',
  'notincludedin',
] as const;

export type DefinitionOperator = (typeof definitionOperators)[number];

export interface PropertyDefinitions {
  /** In the file's order; a name may stand once for users and once for events. */
  readonly definitions: readonly PropertyDefinition[];
  /** Items that are no definition at all, in words. */
  readonly problems: readonly string[];
}

/** Throws `definitions.unreadable` (facts `key`, `detail`, maybe `line`, `column`) if the text is no JSON list. */
export function parsePropertyDefinitions(text: string, context: { readonly key: string }): PropertyDefinitions {
  const root = parseJson(text, { key: context.key, code: 'definitions.unreadable' });
  const items = listIn(root);
  if (items === undefined)
    throw new Failure('definitions.unreadable', { key: context.key, detail: 'it is not a list of definitions' });
  try {
    return parseItems(items);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Failure('definitions.unreadable', { key: context.key, detail: 'it is nested too deeply' }, error);
  }
}

function parseItems(items: readonly unknown[]): PropertyDefinitions {
  const problems: string[] = [];
  const definitions: PropertyDefinition[] = [];
  for (const [index, item] of items.entries()) {
    const name = isRecord(item) ? item['property_name'] : undefined;
    if (isRecord(item) && typeof name === 'string') definitions.push(parseDefinition(item, name, `[${index}]`));
    else problems.push(`[${index}] has no property_name and was left out`);
  }
  return { definitions, problems };
}

/** The list itself, or the only list in an object around it. */
function listIn(root: unknown): readonly unknown[] | undefined {
  if (Array.isArray(root)) return root as unknown[];
  if (!isRecord(root)) return undefined;
  const lists = Object.values(root).filter((value): value is unknown[] => Array.isArray(value));
  return lists.length === 1 ? lists[0] : undefined;
}

const knownKeys = new Set(['property_name', 'type', 'cases', 'default_value']);

function parseDefinition(item: JsonRecord, name: string, path: string): PropertyDefinition {
  const notUnderstood: string[] = [];
  const entity = item['type'];
  if (entity !== 'event' && entity !== 'user') notUnderstood.push(`${path}.type is ${show(entity)}`);
  const cases: DefinitionCase[] = [];
  const list = item['cases'];
  if (!Array.isArray(list)) notUnderstood.push(`${path}.cases is not a list`);
  else
    for (const [index, entry] of (list as unknown[]).entries()) {
      const at = `${path}.cases[${index}]`;
      const fields = isRecord(entry) ? entry : {};
      cases.push({
        value: parseValue(fields['value'], `${at}.value`, notUnderstood),
        condition: parseCondition(fields['condition'], `${at}.condition`, notUnderstood, 0),
      });
    }
  const fallback = item['default_value'];
  for (const key of Object.keys(item)) if (!knownKeys.has(key)) notUnderstood.push(`${path}.${key} is not known`);
  return {
    name,
    ...(typeof entity === 'string' ? { entity } : {}),
    cases,
    ...(fallback === undefined || fallback === null
      ? {}
      : { defaultValue: parseValue(fallback, `${path}.default_value`, notUnderstood) }),
    notUnderstood,
    canonicalText: printCanonicalJson(item, { sortKeys: true }),
  };
}

function parseValue(value: unknown, path: string, notUnderstood: string[]): DefinitionValue {
  if (isRecord(value)) {
    const inner = value['value'];
    if (value['type'] === 'property' && typeof inner === 'string') return { kind: 'property', name: inner };
    if (value['type'] === 'constant' && isScalar(inner)) return { kind: 'constant', value: inner };
  }
  notUnderstood.push(`${path} is ${show(value)}`);
  return { kind: 'unknown', text: printCanonicalJson(value) };
}

/** Deeper than any person builds; beyond it, recursion would run into the end of the stack. */
const maxDepth = 200;

function parseCondition(value: unknown, path: string, notUnderstood: string[], depth: number): DefinitionCondition {
  if (isRecord(value) && depth < maxDepth) {
    const combinator = textOf(value['clause_combinator'])?.toLowerCase();
    const list = value['clauses'];
    if (Array.isArray(list) && (combinator === 'and' || combinator === 'or')) {
      const clauses = (list as unknown[]).map((entry, index) =>
        parseCondition(entry, `${path}.clauses[${index}]`, notUnderstood, depth + 1),
      );
      return { kind: 'group', combinator, clauses };
    }
    const clause = parseClause(value);
    if (clause !== undefined) return clause;
  }
  notUnderstood.push(`${path} is ${depth < maxDepth ? show(value) : 'nested too deeply'}`);
  return { kind: 'unknown', text: depth < maxDepth ? printCanonicalJson(value) : '…' };
}

function parseClause(value: JsonRecord): DefinitionClause | undefined {
  const property = value['property_name'];
  const spelled = textOf(value['operator'])?.toLowerCase();
  const operator = definitionOperators.find((known) => known === spelled);
  if (typeof property !== 'string' || operator === undefined) return undefined;
  const given = value['value'];
  const values = given === undefined ? [] : Array.isArray(given) ? (given as unknown[]) : [given];
  const needsNone = operator === 'isdef' || operator === 'notdef';
  if (!values.every(isScalar) || (values.length === 0 && !needsNone && !Array.isArray(given))) return undefined;
  return { kind: 'clause', property, operator, values };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isScalar(value: unknown): value is JsonScalar {
  return value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

function show(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = printCanonicalJson(value).replace(/\s+/g, ' ');
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
