import { type FilterToken, filterFault, readFilterTokens } from './filterTokens';
import type { ColumnTest, FindTest, RowFilter, TestName } from './rowFilter';

/**
 * Filters as people write them. Keywords in any case; the grammar:
 *
 *     filter     = both { 'or' both }
 *     both       = factor { 'and' factor }
 *     factor     = 'not' factor | '(' filter ')' | 'true' | 'false' | find | column test [ 'ignoring' 'case' ]
 *     test       = ( '=' | '!=' | '<>' | '<' | '<=' | '>' | '>=' ) value
 *                | 'is' [ 'not' ] ( 'null' | 'empty' | 'absent' | 'present' )
 *                | [ 'not' ] 'in' '(' value { ',' value } ')'
 *                | [ 'not' ] 'between' value 'and' value
 *                | [ 'not' ] ( 'contains' | 'starts' 'with' | 'ends' 'with' | 'matches' ) value
 *     find       = 'find' text [ 'in' '(' [ column { ',' column } ] ')' ] [ 'as' 'pattern' ] [ 'matching' 'case' ]
 *     column     = a word, or anything in "double quotes"
 *     value      = 'text in single quotes', a number as it stands, true or false
 *
 * Quotes are doubled inside of themselves. `not` turns a test round exactly (NULL and absent values pass, see `RowFilter`).
 */
export function parseFilter(source: string): RowFilter {
  const parser = new FilterParser(readFilterTokens(source));
  return parser.parse();
}

/** As deep as `checkFilter` allows. */
const maxDepth = 50;

const comparisons: Readonly<Record<string, TestName>> = {
  '=': 'equals',
  '!=': 'differs',
  '<>': 'differs',
  '<': 'less',
  '<=': 'lessOrEqual',
  '>': 'greater',
  '>=': 'greaterOrEqual',
};

const states: Readonly<Record<string, TestName>> = {
  null: 'isNull',
  empty: 'isEmpty',
  absent: 'isAbsent',
  present: 'isPresent',
};

const textTests: Readonly<Record<string, TestName>> = {
  contains: 'contains',
  matches: 'matches',
  startswith: 'startsWith',
  endswith: 'endsWith',
};

/** Words that are no column unless they are quoted. */
const reserved: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', 'is', 'between', 'null', 'true', 'false']);

/** Whether a column's name can stand as it is. */
export function isPlainName(name: string): boolean {
  return /^[\p{L}_$][\p{L}\p{M}\p{N}_$]*$/u.test(name) && !reserved.has(name.toLowerCase());
}

const wanted = "a test like = '…', contains '…', in (…), between … and …, is null";

class FilterParser {
  private readonly tokens: readonly FilterToken[];
  private next = 0;
  private depth = 0;

  constructor(tokens: readonly FilterToken[]) {
    this.tokens = tokens;
  }

  parse(): RowFilter {
    const [first] = this.tokens;
    if (first === undefined || first.kind === 'end') throw filterFault('it is empty', first?.at ?? 0);
    const filter = this.filter();
    const { kind, text, at } = this.token;
    if (text === ')') throw filterFault('this bracket closes nothing', at);
    if (kind !== 'end') throw filterFault(`"and", "or" or the end is wanted before "${text}"`, at);
    return filter;
  }

  private get token(): FilterToken {
    return this.tokens[this.next] as FilterToken;
  }

  private filter(): RowFilter {
    return this.group('or', 'any', () => this.group('and', 'all', () => this.factor()));
  }

  private group(joint: string, kind: 'all' | 'any', member: () => RowFilter): RowFilter {
    const first = member();
    if (!this.isWord(joint)) return first;
    const of = [first];
    while (this.accept(joint)) of.push(member());
    return { kind, of };
  }

  private factor(): RowFilter {
    const { at } = this.token;
    if (++this.depth > maxDepth) throw filterFault('it is nested too deeply', at);
    try {
      if (this.accept('not')) return opposite(this.factor(), at);
      if (this.token.kind === 'symbol' && this.token.text === '(') return this.bracket();
      if (this.accept('true')) return { kind: 'all', of: [] };
      if (this.accept('false')) return { kind: 'any', of: [] };
      if (this.isWord('find') && this.tokens[this.next + 1]?.kind === 'text') return this.find();
      return this.columnTest();
    } finally {
      this.depth--;
    }
  }

  private bracket(): RowFilter {
    const opened = this.token;
    this.next++;
    const filter = this.filter();
    if (this.token.kind === 'end') throw filterFault('this bracket is not closed', opened.at);
    this.symbol(')');
    return filter;
  }

  private find(): FindTest {
    this.next++;
    const text = this.token.text;
    this.next++;
    const columns = this.accept('in') ? this.list(() => this.column(), true) : undefined;
    const isRegex = this.phrase('as', 'pattern');
    const matchCase = this.phrase('matching', 'case');
    return {
      kind: 'find',
      text,
      ...(matchCase ? { matchCase } : {}),
      ...(isRegex ? { isRegex } : {}),
      ...(columns === undefined ? {} : { columns }),
    };
  }

  private columnTest(): RowFilter {
    const column = this.column();
    const { at } = this.token;
    const isState = this.accept('is');
    const isNegative = this.accept('not');
    const [name, values] = isState ? [this.state(), []] : this.test(isNegative);
    const ignoreCase = this.phrase('ignoring', 'case');
    const test: ColumnTest = { kind: 'test', column, test: name, values, ...(ignoreCase ? { ignoreCase } : {}) };
    return isNegative ? opposite(test, at) : test;
  }

  private test(isNegative: boolean): readonly [TestName, readonly string[]] {
    const { kind, text, at } = this.token;
    const comparison = kind === 'symbol' && !isNegative ? comparisons[text] : undefined;
    if (comparison !== undefined) {
      this.next++;
      return [comparison, [this.value(text)]];
    }
    if (this.accept('in')) return ['in', this.list(() => this.value('in'), false)];
    if (this.accept('between')) {
      const least = this.value('between');
      if (!this.accept('and'))
        throw filterFault('"and" and a second value are wanted after "between"', this.token.at);
      return ['between', [least, this.value('and')]];
    }
    if (this.phrase('starts', 'with')) return ['startsWith', [this.value('starts with')]];
    if (this.phrase('ends', 'with')) return ['endsWith', [this.value('ends with')]];
    const lower = kind === 'word' ? text.toLowerCase() : '';
    const textTest = Object.hasOwn(textTests, lower) ? textTests[lower] : undefined;
    if (textTest !== undefined) {
      this.next++;
      return [textTest, [this.value(lower)]];
    }
    if (lower === 'like' || lower === 'ilike')
      throw filterFault(`there is no ${lower}: write contains, starts with, ends with or matches`, at);
    throw filterFault(kind === 'end' ? `${wanted} is missing` : `${wanted} is wanted before "${text}"`, at);
  }

  private state(): TestName {
    const { kind, text, at } = this.token;
    const lower = kind === 'word' ? text.toLowerCase() : '';
    const state = Object.hasOwn(states, lower) ? states[lower] : undefined;
    if (state === undefined) throw filterFault('"null", "empty", "absent" or "present" is wanted after "is"', at);
    this.next++;
    return state;
  }

  private list<Item>(item: () => Item, mayBeEmpty: boolean): readonly Item[] {
    this.symbol('(');
    const items: Item[] = [];
    if (mayBeEmpty && this.token.kind === 'symbol' && this.token.text === ')') {
      this.next++;
      return items;
    }
    for (;;) {
      items.push(item());
      if (this.token.kind !== 'symbol' || this.token.text !== ',') break;
      this.next++;
    }
    this.symbol(')');
    return items;
  }

  private column(): string {
    const { kind, text, at } = this.token;
    if (kind === 'name' || (kind === 'word' && !reserved.has(text.toLowerCase()))) {
      this.next++;
      return text;
    }
    if (kind === 'end') throw filterFault('a column is missing', at);
    if (kind === 'text') throw filterFault(`'${text}' is a text: a column's name stands in double quotes`, at);
    throw filterFault(`a column is wanted before "${text}"`, at);
  }

  private value(after: string): string {
    const { kind, text, at } = this.token;
    const lower = text.toLowerCase();
    if (kind === 'word' && lower === 'null')
      throw filterFault('nothing is equal to null: write is null, or is not null', at);
    if (kind === 'text' || kind === 'number' || (kind === 'word' && (lower === 'true' || lower === 'false'))) {
      this.next++;
      return kind === 'word' ? lower : text;
    }
    if (kind === 'end') throw filterFault(`a value is missing after "${after}"`, at);
    if (kind === 'word' || kind === 'name')
      throw filterFault(`a value is wanted after "${after}"; a text stands in single quotes: '${text}'`, at);
    throw filterFault(`a value is wanted after "${after}", before "${text}"`, at);
  }

  private symbol(text: string): void {
    const { kind, text: found, at } = this.token;
    if (kind !== 'symbol' || found !== text) throw filterFault(`"${text}" is wanted here`, at);
    this.next++;
  }

  private isWord(word: string, offset = 0): boolean {
    const token = this.tokens[this.next + offset];
    return token?.kind === 'word' && token.text.toLowerCase() === word;
  }

  private accept(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.next++;
    return true;
  }

  private phrase(first: string, second: string): boolean {
    if (!this.isWord(first) || !this.isWord(second, 1)) return false;
    this.next += 2;
    return true;
  }
}

const opposites: Readonly<Partial<Record<TestName, TestName>>> = {
  equals: 'differs',
  differs: 'equals',
  in: 'notIn',
  notIn: 'in',
  contains: 'containsNot',
  containsNot: 'contains',
  startsWith: 'startsWithNot',
  startsWithNot: 'startsWith',
  endsWith: 'endsWithNot',
  endsWithNot: 'endsWith',
  matches: 'matchesNot',
  matchesNot: 'matches',
  isNull: 'isNotNull',
  isNotNull: 'isNull',
  isEmpty: 'isNotEmpty',
  isNotEmpty: 'isEmpty',
  isAbsent: 'isPresent',
  isPresent: 'isAbsent',
};

/** The filter that holds for all other rows. Tests without an opposite of their own become several. */
function opposite(filter: RowFilter, at: number): RowFilter {
  switch (filter.kind) {
    case 'all':
    case 'any':
      return { kind: filter.kind === 'all' ? 'any' : 'all', of: filter.of.map((member) => opposite(member, at)) };
    case 'find':
      throw filterFault('"find" has no opposite', at);
    case 'test':
      return oppositeTest(filter);
  }
}

function oppositeTest(test: ColumnTest): RowFilter {
  const { column, values, ignoreCase } = test;
  const [first = '', second = ''] = values;
  const other = (name: TestName, ...of: readonly string[]): ColumnTest => ({
    kind: 'test',
    column,
    test: name,
    values: of,
    ...(ignoreCase === undefined ? {} : { ignoreCase }),
  });
  /** Comparisons hold for values only; their opposites for what is no value too. */
  const orNone = (...tests: readonly ColumnTest[]): RowFilter => ({
    kind: 'any',
    of: [
      ...tests,
      { kind: 'test', column, test: 'isNull', values: [] },
      { kind: 'test', column, test: 'isAbsent', values: [] },
    ],
  });
  switch (test.test) {
    case 'less':
      return orNone(other('greaterOrEqual', first));
    case 'lessOrEqual':
      return orNone(other('greater', first));
    case 'greater':
      return orNone(other('lessOrEqual', first));
    case 'greaterOrEqual':
      return orNone(other('less', first));
    case 'between':
      return orNone(other('less', first), other('greater', second));
    default:
      return { ...test, test: opposites[test.test] as TestName };
  }
}
