import type { SampleDump } from './layout';

/** `property_definitions.json` of the sample: the shop's channels, order sizes and customer groups. All ten operators occur. */

type Json = string | readonly Json[] | { readonly [key: string]: Json };

const clause = (name: string, operator: string, value?: Json): Json =>
  value === undefined ? { property_name: name, operator } : { property_name: name, operator, value };
const all = (...clauses: readonly Json[]): Json => ({ clause_combinator: 'and', clauses });
const any = (...clauses: readonly Json[]): Json => ({ clause_combinator: 'or', clauses });
const constant = (value: string): Json => ({ type: 'constant', value });
const property = (value: string): Json => ({ type: 'property', value });
const when = (condition: Json, value: Json): Json => ({ value, condition });

/** Absent in the oldest dump. Changed in 1010103140, and one gone and one new in 1010103141. */
export function definitionsOf(dump: SampleDump): readonly Json[] | undefined {
  const id = Number(dump.id);
  if (id < 998) return undefined;
  const paid = id >= 1010103140 ? ['cpc', 'paid_social', 'display'] : ['cpc', 'paid_social'];
  return [
    channel(paid),
    market,
    pageGroup,
    customerGroup(id >= 1010103140),
    id <= 1010103140 ? subscriber : orderValueBand,
  ];
}

const channel = (paid: readonly string[]): Json => ({
  property_name: 'Channel',
  type: 'event',
  cases: [
    when(all(clause('utm_medium', 'includedin', paid)), constant('Paid')),
    when(all(clause('utm_source', '=', 'newsletter'), clause('utm_medium', '=', 'email')), constant('Newsletter')),
    when(
      any(clause('referrer', 'matches', '*google*'), clause('referrer', 'contains', 'bing.')),
      constant('Organic search'),
    ),
    when(all(clause('referrer', 'isdef'), clause('referrer', 'notcontains', 'nordlys')), property('referrer')),
  ],
  default_value: constant('Direct'),
});

const market: Json = {
  property_name: 'Market',
  type: 'event',
  cases: [
    when(
      any(...['Germany', 'Austria', 'Switzerland'].map((name) => clause('country', '=', name))),
      constant('DACH'),
    ),
    when(
      all(
        clause('country', 'notincludedin', ['Germany', 'Austria', 'Switzerland']),
        clause('country', '!=', 'France'),
      ),
      constant('Rest of Europe'),
    ),
  ],
  default_value: property('country'),
};

/** Nested clauses, a literal % and _ to escape, and no default. */
const pageGroup: Json = {
  property_name: 'page_group',
  type: 'event',
  cases: [
    when(all(clause('path', 'matches', '/*/p/*')), constant('Product')),
    when(
      all(
        clause('path', 'notmatches', '/*/checkout/*'),
        any(
          clause('path', 'contains', '/c/'),
          all(clause('path', 'contains', '100%_wool'), clause('title', 'isdef')),
        ),
      ),
      constant('List'),
    ),
  ],
};

const customerGroup = (hasTiers: boolean): Json => ({
  property_name: 'customer_group',
  type: 'user',
  cases: [
    when(all(clause('identity', 'notdef')), constant('Visitor')),
    ...(hasTiers ? [when(all(clause('loyalty_tier', '=', 'gold')), constant('Gold customer'))] : []),
    when(all(clause('email', 'notcontains', '@example.')), constant('Test account')),
  ],
  default_value: constant('Customer'),
});

const subscriber: Json = {
  property_name: 'is_subscriber',
  type: 'user',
  cases: [when(all(clause('newsletter_opt_in', '=', 'true')), constant('yes'))],
  default_value: constant('no'),
};

/** A newer kind of definition, which nobody has documented: to be shown, not translated. */
const orderValueBand: Json = {
  property_name: 'order_value_band',
  type: 'event',
  formula: { language: 'csq-formula', expression: 'ROUND([order_value] / 100) * 100' },
};
