import { dayMs } from './layout';
import { type Migration, type Moment, type Person, createMigrations, createPeople } from './people';
import { type Random, createRandom } from './random';
import {
  type Category,
  type Language,
  type Product,
  type Source,
  categories,
  products,
  searches,
  sources,
} from './shop';

/** A value before it is spelled for a file: a number is a `Moment`. */
export type SampleCell = bigint | string | Moment | null;
export type SampleRow = Readonly<Record<string, SampleCell>>;

export interface World {
  readonly people: readonly Person[];
  readonly migrations: readonly Migration[];
  /** Rows of `sessions`, `pageviews` and every event table, each in the order of time. */
  readonly tables: ReadonlyMap<string, readonly SampleRow[]>;
}

export function momentOf(row: SampleRow): Moment {
  return typeof row['time'] === 'number' ? row['time'] : 0;
}

/** 75 days of the shop, the same in every run. */
export function createWorld(): World {
  const random = createRandom('nordlys');
  const people = createPeople(random);
  const tables = new Map<string, SampleRow[]>();
  const add: AddRow = (table, row) => {
    const rows = tables.get(table);
    if (rows === undefined) tables.set(table, [row]);
    else rows.push(row);
  };
  for (const at of visitMoments(random)) createVisit(random, people, at, add);
  for (const rows of tables.values()) rows.sort((a, b) => momentOf(a) - momentOf(b));
  return { people, migrations: createMigrations(people), tables };
}

type AddRow = (table: string, row: SampleRow) => void;

/** Sparse while the old dumps last, then about as many a night, and a few after the newest complete sync. */
function visitMoments(random: Random): Moment[] {
  const between = (count: number, from: number, to: number): Moment[] =>
    Array.from({ length: count }, () => Math.floor(from + (random.below(1_000_000) / 1_000_000) * (to - from)));
  return [
    ...between(70, -75 * dayMs, -58 * dayMs),
    ...between(470, -58 * dayMs, -9 * dayMs),
    ...between(400, -9 * dayMs, -1),
    ...between(14, 60_000, 40 * 60_000),
  ];
}

interface Visit {
  readonly random: Random;
  readonly language: Language;
  /** Cells that every row of the visit repeats. */
  readonly shared: SampleRow;
  readonly add: AddRow;
  readonly sessionAt: Moment;
  at: Moment;
  /** Products in the cart. */
  readonly cart: Product[];
}

function createVisit(random: Random, people: readonly Person[], at: Moment, add: AddRow): void {
  const person = random.pickSkewed(people);
  const deviceIndex = random.below(person.anonymousIds.length);
  const device = person.devices[deviceIndex] ?? person.devices[0];
  const source = random.pickSkewed(sources);
  const { language } = person.place;
  const isIdentified = person.identified !== undefined && at > person.identified.at;
  const userId = isIdentified ? person.identified.id : (person.anonymousIds[deviceIndex] ?? null);
  const isApp = device?.library !== 'web';
  const landing = landingPage(random, language, source);
  const shared: SampleRow = {
    user_id: userId,
    session_id: random.int53(),
    library: device?.library ?? null,
    platform: device?.platform ?? null,
    device_type: device?.deviceType ?? null,
    browser: device?.browser ?? null,
    device: device?.device ?? null,
    carrier: isApp && random.chance(60) ? random.pick(['Telekom.de', 'Orange F', 'Telia']) : null,
    app_name: isApp ? 'Nordlys' : null,
    app_version: isApp ? '6.14.0' : null,
    country: person.place.country,
    region: person.place.region,
    city: person.place.city,
    ip: person.ip,
    referrer: source.referrer,
    landing_page: landing.path,
    landing_page_query: landing.query,
    landing_page_hash: null,
    search_keyword: null,
    utm_source: source.utmSource,
    utm_medium: source.utmMedium,
    utm_campaign: source.utmCampaign,
    utm_content: source.utmContent,
    utm_term: null,
    consent_given: random.chance(70) ? 'true' : 'false',
  };
  add('sessions', { ...shared, event_id: random.int53(), time: at });
  const visit: Visit = { random, language, shared, add, sessionAt: at, at, cart: [] };
  if (landing.product === undefined) viewPage(visit, landing.path, landing.query, landing.title);
  else viewProduct(visit, landing.product, landing.query);
  for (let steps = random.below(6); steps > 0; steps--) takeStep(visit);
  if (visit.cart.length > 0 && random.chance(45)) checkOut(visit);
}

interface Landing {
  readonly path: string;
  readonly query: string | null;
  readonly title: string;
  readonly product?: Product;
}

function landingPage(random: Random, language: Language, source: Source): Landing {
  const query =
    source.utmSource === null
      ? null
      : `?utm_source=${source.utmSource}&utm_medium=${source.utmMedium ?? ''}&utm_campaign=${source.utmCampaign ?? ''}`;
  if (random.chance(35)) {
    const product = random.pickSkewed(products);
    return { path: productPath(language, product), query, title: product.name, product };
  }
  if (random.chance(40)) {
    const category = random.pickSkewed(categories);
    return { path: `/${language}/c/${category.slug[language]}`, query, title: pageTitle(category, language) };
  }
  return { path: `/${language}/`, query, title: homeTitle[language] };
}

const homeTitle: Record<Language, string> = {
  en: 'Nordlys – gear for long evenings outdoors',
  de: 'Nordlys – Ausrüstung für lange Abende draußen',
  fr: "Nordlys – l'équipement des longues soirées dehors",
};

function takeStep(visit: Visit): void {
  const { random, language } = visit;
  const dice = random.below(100);
  if (dice < 30) {
    const category = random.pickSkewed(categories);
    viewPage(visit, `/${language}/c/${category.slug[language]}`, null, pageTitle(category, language));
  } else if (dice < 72) viewProduct(visit, random.pickSkewed(products), null);
  else if (dice < 84) search(visit, random.pick(searches[language]));
  else if (dice < 90) openStores(visit);
  else if (dice < 95) subscribe(visit);
  else viewPage(visit, `/${language}/collection/wildsee`, null, 'Wildsee – Collection 2026');
}

/** The page view's own cells, which an event defined on page views repeats, event id and all. */
function viewPage(
  visit: Visit,
  path: string,
  query: string | null,
  title: string,
  more: SampleRow = {},
): SampleRow {
  const { random, shared } = visit;
  const isApp = shared['library'] !== 'web';
  const row: SampleRow = {
    ...shared,
    event_id: random.chance(50) ? random.int53() : random.int64(),
    type: 'view page',
    domain: isApp ? null : 'www.nordlys.example',
    path: isApp ? null : path,
    query: isApp ? null : query,
    hash: !isApp && random.chance(4) ? '#reviews' : null,
    title: isApp ? null : title,
    view_controller: isApp && shared['library'] === 'ios' ? 'CatalogViewController' : null,
    screen_a11y_id: isApp ? 'catalog.screen' : null,
    previous_page: random.chance(50) ? path : null,
    session_time: visit.sessionAt,
    time: visit.at,
    ab_bucket: random.pick(['a', 'b']),
    experiment_variant: random.chance(60) ? random.pick(['control', 'sticky-cart', 'sticky-cart, blue']) : null,
  };
  visit.add('pageviews', row);
  if (path.includes('/c/') || path.includes('/collection/'))
    visit.add('_key_events_pm__plp_visit_collection', { ...row, collection: title, ...more });
  visit.at += 4000 + random.below(140_000);
  return row;
}

function track(visit: Visit, table: string, type: string, cells: SampleRow): void {
  visit.add(table, {
    ...visit.shared,
    event_id: visit.random.int53(),
    type,
    domain: visit.shared['library'] === 'web' ? 'www.nordlys.example' : null,
    session_time: visit.sessionAt,
    time: visit.at,
    ...cells,
  });
  visit.at += 1000 + visit.random.below(20_000);
}

function viewProduct(visit: Visit, product: Product, query: string | null): void {
  const { language, random } = visit;
  const row = viewPage(visit, productPath(language, product), query, `${product.name} | Nordlys`);
  const details = { sku: product.sku, product_name: product.name, price: product.price };
  visit.add('product_viewed', { ...row, ...details, category: product.category.key });
  if (!random.chance(22)) return;
  visit.cart.push(product);
  track(visit, '_add_to_cart_', 'click', {
    path: row['path'] ?? null,
    target_text: { en: 'Add to cart', de: 'In den Warenkorb', fr: 'Ajouter au panier' }[language],
    href: null,
    ...details,
    quantity: String(random.chance(85) ? 1 : 2),
  });
  const saysMore = random.chance(25);
  if (saysMore) track(visit, 'wishlist_item_added', 'click', { target_text: '♡', ...details });
}

function search(visit: Visit, text: string): void {
  const { language, random } = visit;
  track(visit, 'search_submitted', 'submit', {
    path: `/${language}/search`,
    search_query: text,
    results_count: String(random.below(60)),
  });
  viewPage(visit, `/${language}/search`, `?q=${encodeURIComponent(text)}`, `${text} | Nordlys`);
}

function openStores(visit: Visit): void {
  const row = viewPage(visit, `/${visit.language}/stores`, null, 'Nordlys Stores');
  visit.add('store_locator_opened', { ...row });
}

function subscribe(visit: Visit): void {
  track(visit, 'newsletter_signup', 'submit', {
    path: `/${visit.language}/`,
    form_position: visit.random.pick(['footer', 'popup', 'checkout']),
  });
}

function checkOut(visit: Visit): void {
  const { random, language, cart } = visit;
  viewPage(visit, `/${language}/cart`, null, 'Cart | Nordlys');
  viewPage(visit, `/${language}/checkout/shipping`, null, 'Checkout | Nordlys');
  if (random.chance(35)) return;
  viewPage(visit, `/${language}/checkout/thank-you`, null, 'Thank you | Nordlys');
  const cents = cart.reduce((sum, product) => sum + Number(product.price.replace('.', '')), 0);
  track(visit, 'checkout_order_placed', 'custom', {
    path: `/${language}/checkout/thank-you`,
    order_id: `NL-2026-${String(100_000 + random.below(900_000))}`,
    order_value: `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`,
    currency: 'EUR',
    items_count: String(cart.length),
    payment_method: random.pick(['card', 'paypal', 'klarna', 'twint']),
    coupon_code: random.chance(20) ? random.pick(['WINTER10', '-20%', 'WELCOME']) : null,
    delivery_note: random.chance(25)
      ? random.pick([
          'Please ring twice',
          '=HYPERLINK("https://nordlys.example","gate code")',
          'Hinterhaus, 3. Stock 🙏',
        ])
      : null,
  });
}

function pageTitle(category: Category, language: Language): string {
  return `${category.title[language]} | Nordlys`;
}

function productPath(language: Language, product: Product): string {
  return `/${language}/p/${product.slug}`;
}
