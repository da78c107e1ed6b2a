import type { AvroColumn, AvroValue } from './avroWriter';
import { type Era, type SampleDump, lastNight, printTime } from './layout';
import type { Moment, Person } from './people';
import { awkwardTexts } from './shop';
import { type SampleCell, type SampleRow, type World, momentOf } from './visits';

/** Dumps overlap by this much: rows near the border come twice [seed: files are not guaranteed to be disjoint]. */
export const overlapMs = 3 * 3_600_000;

/** Rows of a table that a dump delivers: those after `since` (less the overlap) up to `until`. */
export function rowsBetween(world: World, table: string, since: Moment, until: Moment): readonly SampleRow[] {
  switch (table) {
    case 'users':
      return world.people.flatMap((person) => userRows(person, until)).filter((row) => changedAt(row) > since);
    case 'user_migrations':
      // Always full, whatever the dump.
      return world.migrations
        .filter(({ at }) => at <= until)
        .map(({ from, to, at }) => ({ from_user_id: from, to_user_id: to, time: at }));
    case '_event_metadata':
      return metadataRows();
    default:
      return (world.tables.get(table) ?? []).filter((row) => momentOf(row) > since && momentOf(row) <= until);
  }
}

/** One row for each id of a person that is known by `until`, as it is then. */
function userRows(person: Person, until: Moment): SampleRow[] {
  const rows: SampleRow[] = person.anonymousIds
    .map((id, i) => ({ id, at: person.joined + i * 3_600_000 }))
    .filter(({ at }) => at <= until)
    .map(({ id, at }) => ({ user_id: id, identity: null, joindate: at, last_modified: at }));
  const { identified, changes } = person;
  const profile = changes.filter(({ at }) => at <= until).at(-1);
  if (identified === undefined || profile === undefined) return rows;
  rows.push({
    user_id: identified.id,
    identity: person.email,
    handle: person.name,
    email: person.email,
    joindate: person.joined,
    last_modified: profile.at,
    customer_number: person.customerNumber,
    newsletter_opt_in: String(profile.isSubscriber),
    favourite_store: profile.store,
    loyalty_tier: profile.tier,
  });
  return rows;
}

function changedAt(row: SampleRow): Moment {
  return typeof row['last_modified'] === 'number' ? row['last_modified'] : 0;
}

const metadata = [
  ['Checkout – Order placed', 'checkout_order_placed', 'custom event'],
  ['[Add to cart]', '_add_to_cart_', 'defined click'],
  ['Product viewed', 'product_viewed', 'defined page view'],
  ['[Key events] PM | PLP visit collection', '_key_events_pm__plp_visit_collection', 'defined page view'],
  ['Search submitted', 'search_submitted', 'custom event'],
  ['Newsletter signup', 'newsletter_signup', 'custom event'],
] as const;

function metadataRows(): SampleRow[] {
  return metadata.map(([name, table, kind], i) => ({
    event_name: name,
    table_name: table,
    definition_type: kind,
    last_modified: -(i + 12) * 86_400_000,
  }));
}

/** What visitors typed into the search, one row each, all of one visit on the evening before the full dump. */
export function awkwardSearches(world: World, until: Moment): readonly SampleRow[] {
  const pattern = rowsBetween(world, 'search_submitted', -Infinity, until)[0] ?? {};
  return awkwardTexts.map(({ text }, i) => ({
    ...pattern,
    event_id: 8_100_000_000_000_000n + BigInt(i),
    search_query: text,
    time: until - 7_200_000 + i * 9_000,
  }));
}

/** One row's values for a file, in its columns' order; columns that the row knows nothing of are NULL. */
export function valuesOf(
  row: SampleRow,
  columns: readonly AvroColumn[],
  dump: SampleDump,
  now: number,
): readonly AvroValue[] {
  return columns.map((column) => {
    const cell: SampleCell = row[column.name] ?? null;
    if (typeof cell !== 'number') return cell;
    const ms = lastNight(now) + cell;
    return column.type === 'long' ? BigInt(ms) * 1000n : printTime(ms, timeForm(column.name, dump.era));
  });
}

/** Public sources contradict each other; so does the sample, from era to era. */
function timeForm(column: string, era: Era): Parameters<typeof printTime>[1] {
  if (column === 'joindate' || column === 'last_modified') return era === 'millis' ? 'millis' : 'micros';
  if (column === 'session_time') return era === 'millis' ? 'micros' : 'millis';
  return era === 'millis' ? 'millis' : 'eventText';
}
