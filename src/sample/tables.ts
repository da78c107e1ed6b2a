import type { AvroColumn } from './avroWriter';
import type { SampleDump } from './layout';

/** Columns of each table in each dump: what a property that was added, dropped or archived does to the files. */

const visitColumns = [
  'library', 'platform', 'device_type', 'country', 'region', 'city', 'ip', 'referrer', 'landing_page',
  'landing_page_query', 'landing_page_hash', 'browser', 'search_keyword', 'utm_source', 'utm_campaign', 'utm_medium',
  'utm_term', 'utm_content', 'device', 'carrier', 'app_name', 'app_version',
] as const; // prettier-ignore

const pageColumns = ['domain', 'path', 'query', 'hash', 'title', 'view_controller', 'screen_a11y_id'] as const;
const ids = ['event_id', 'user_id', 'session_id'] as const;
const goods = ['sku', 'product_name', 'price'] as const;

const eventColumns = (...custom: readonly string[]): string[] => [
  ...ids, 'time', 'session_time', 'type', 'library', 'platform', 'device_type', 'country', 'region', 'city', 'ip',
  'referrer', 'browser', 'utm_source', 'utm_campaign', 'utm_medium', 'domain', 'path', 'href', 'target_text', ...custom,
]; // prettier-ignore

const customColumns: Readonly<Record<string, readonly string[]>> = {
  checkout_order_placed: [
    'order_id', 'order_value', 'currency', 'items_count', 'payment_method', 'coupon_code', 'delivery_note',
  ], // prettier-ignore
  _add_to_cart_: [...goods, 'quantity'],
  product_viewed: [...goods, 'category', 'title'],
  search_submitted: ['search_query', 'results_count'],
  _key_events_pm__plp_visit_collection: ['title', 'collection'],
  newsletter_signup: ['form_position'],
  store_locator_opened: ['title'],
  wishlist_item_added: goods,
};

const longColumns: ReadonlySet<string> = new Set([...ids, 'from_user_id', 'to_user_id']);

/** Names of a table's columns in a dump, in the order of its files. */
export function columnNames(table: string, dump: SampleDump): readonly string[] {
  const id = Number(dump.id);
  const since = (first: number, ...names: readonly string[]): readonly string[] => (id >= first ? names : []);
  const until = (last: number, ...names: readonly string[]): readonly string[] => (id <= last ? names : []);
  switch (table) {
    case 'users':
      return [
        'user_id', 'identity', 'handle', 'email', 'joindate', 'last_modified', 'customer_number', 'newsletter_opt_in',
        ...until(1010103140, 'favourite_store'), ...since(1010103139, 'loyalty_tier'),
      ]; // prettier-ignore
    case 'sessions':
      return [...ids, 'time', ...visitColumns, ...since(998, 'consent_given')];
    case 'pageviews': {
      const custom = [...until(1010103138, 'ab_bucket'), ...since(1010103140, 'experiment_variant')];
      // The newest dump has its columns in another order: they go by name.
      return id >= 1010103141
        ? [...ids, 'time', ...pageColumns, ...custom, 'session_time', 'type', 'previous_page', ...visitColumns]
        : [...ids, 'session_time', 'type', ...visitColumns, ...pageColumns, 'previous_page', ...custom, 'time'];
    }
    case 'user_migrations':
      return ['from_user_id', 'to_user_id', 'time'];
    case '_event_metadata':
      return ['event_name', 'table_name', 'definition_type', 'last_modified'];
    default:
      return eventColumns(...(customColumns[table] ?? []));
  }
}

/** Spark's spelling, with the exceptions that occur: bare types in the oldest dump, null first in the vendor's own table. */
export function columnsOf(table: string, dump: SampleDump): readonly AvroColumn[] {
  return columnNames(table, dump).map((name): AvroColumn => {
    const isLongTime =
      dump.era === 'longs' && table === 'users' && (name === 'joindate' || name === 'last_modified');
    const isBare =
      dump.era === 'longs' && (name === 'last_modified' || (table === 'sessions' && name === 'user_id'));
    return {
      name,
      type: longColumns.has(name) || isLongTime ? 'long' : 'string',
      union: isBare ? 'bare' : table === '_event_metadata' ? 'nullFirst' : 'nullLast',
    };
  });
}
