/** The shop: Nordlys, outdoor gear, sold in Germany, France and elsewhere. Its people, places, goods and campaigns are made up. */

export type Language = 'en' | 'de' | 'fr';

export interface Category {
  readonly key: string;
  readonly slug: Record<Language, string>;
  readonly title: Record<Language, string>;
}

export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly slug: string;
  readonly category: Category;
  /** As the shop shows it, in euros. */
  readonly price: string;
}

const category = (
  key: string,
  slugs: readonly [string, string, string],
  titles: readonly [string, string, string],
): Category => ({
  key,
  slug: { en: slugs[0], de: slugs[1], fr: slugs[2] },
  title: { en: titles[0], de: titles[1], fr: titles[2] },
});

export const categories: readonly Category[] = [
  category('jackets', ['jackets', 'jacken', 'vestes'], ['Jackets', 'Jacken', 'Vestes']),
  category('tents', ['tents', 'zelte', 'tentes'], ['Tents', 'Zelte', 'Tentes']),
  category('backpacks', ['backpacks', 'rucksaecke', 'sacs-a-dos'], ['Backpacks', 'Rucksäcke', 'Sacs à dos']),
  category('boots', ['hiking-boots', 'wanderschuhe', 'chaussures'], ['Hiking boots', 'Wanderschuhe', 'Chaussures']),
  category('sleeping', ['sleeping-bags', 'schlafsaecke', 'couchage'], ['Sleeping bags', 'Schlafsäcke', 'Couchage']),
  category('stoves', ['stoves', 'kocher', 'rechauds'], ['Stoves', 'Kocher', 'Réchauds']),
];

const product = (sku: string, name: string, slug: string, key: string, price: string): Product => {
  const found = categories.find((c) => c.key === key);
  if (found === undefined) throw new RangeError(`no category ${key}`);
  return { sku, name, slug, category: found, price };
};

/** The best sellers first. */
export const products: readonly Product[] = [
  product('NL-1042', 'Fjellrev Shell Jacket', 'fjellrev-shell-jacket', 'jackets', '249.00'),
  product('NL-2010', 'Tindra 2 Tent', 'tindra-2-tent', 'tents', '389.00'),
  product('NL-3007', 'Kaldvik 45 L', 'kaldvik-45', 'backpacks', '169.95'),
  product('NL-4021', 'Sarek Mid GTX', 'sarek-mid-gtx', 'boots', '219.00'),
  product('NL-1077', 'Dovre Down Jacket', 'dovre-down-jacket', 'jackets', '299.00'),
  product('NL-5003', 'Snøhetta -7 °C', 'snohetta-7', 'sleeping', '279.50'),
  product('NL-4033', 'Abisko Trail "Low"', 'abisko-trail-low', 'boots', '149.00'),
  product('NL-2014', 'Tindra 3 Tent', 'tindra-3-tent', 'tents', '459.00'),
  product('NL-6001', 'Glød Gas Stove', 'glod-gas-stove', 'stoves', '64.90'),
  product('NL-3012', 'Kaldvik 28 L', 'kaldvik-28', 'backpacks', '119.95'),
  product('NL-1090', "Kids' Rain Jacket", 'kids-rain-jacket', 'jackets', '79.00'),
  product('NL-5009', 'Ljung 10 °C', 'ljung-10', 'sleeping', '139.00'),
  product('NL-6004', 'Bål Titanium Pot 1.3 L', 'bal-titanium-pot', 'stoves', '54.50'),
  product('NL-4040', 'Kebnekaise Pro', 'kebnekaise-pro', 'boots', '329.00'),
];

export interface Place {
  readonly country: string;
  readonly region: string;
  readonly city: string;
  readonly language: Language;
}

const place = (country: string, region: string, city: string, language: Language): Place => ({
  country,
  region,
  city,
  language,
});

export const places: readonly Place[] = [
  place('Germany', 'Bavaria', 'Munich', 'de'),
  place('Germany', 'Berlin', 'Berlin', 'de'),
  place('France', 'Auvergne-Rhône-Alpes', 'Grenoble', 'fr'),
  place('Germany', 'North Rhine-Westphalia', 'Köln', 'de'),
  place('France', 'Île-de-France', 'Paris', 'fr'),
  place('Austria', 'Tyrol', 'Innsbruck', 'de'),
  place('United Kingdom', 'Scotland', 'Edinburgh', 'en'),
  place('Switzerland', 'Zürich', 'Zürich', 'de'),
  place('Norway', 'Vestland', 'Bergen', 'en'),
  place('Sweden', 'Norrbotten', 'Kiruna', 'en'),
  place('Netherlands', 'Utrecht', 'Utrecht', 'en'),
  place("Côte d'Ivoire", 'Abidjan', 'Abidjan', 'fr'),
  place('Japan', '長野県', '松本市', 'en'),
];

export const firstNames = [
  'Anna', 'Jonas', 'Léa', 'Mathis', 'Ingrid', 'Lukas', 'Chloé', 'Maximilian', 'Sofia', 'Émile', 'Johanna', 'Noah',
  'Zoë', 'Søren', 'Katharina', 'Hugo', 'Aiko', 'Callum', 'Nadège', 'Björn', 'Fatou', 'Mirela', 'Duc', 'Rhiannon',
] as const; // prettier-ignore

export const lastNames = [
  'Müller', 'Schneider', 'Martin', 'Bernard', 'Huber', 'Lindqvist', 'Weber', "O'Hara", 'Petit', 'Hansen', 'MacLeod',
  'Fischer', 'Garnier', 'Nguyễn', 'Steiner', 'Kowalczyk', 'Ødegård', 'Dubois', 'van der Berg', '田中', 'Koné', 'Brun',
] as const; // prettier-ignore

export interface Device {
  readonly library: 'web' | 'ios' | 'android';
  readonly platform: string;
  readonly deviceType: 'Desktop' | 'Mobile' | 'Tablet';
  readonly browser: string | null;
  readonly device: string | null;
}

const device = (
  library: Device['library'],
  platform: string,
  deviceType: Device['deviceType'],
  browser: string | null,
  name: string | null,
): Device => ({ library, platform, deviceType, browser, device: name });

export const devices: readonly Device[] = [
  device('web', 'Windows 11', 'Desktop', 'Chrome 144', null),
  device('web', 'iOS 19.2', 'Mobile', 'Mobile Safari 19', 'iPhone'),
  device('web', 'Mac OS X 15.3', 'Desktop', 'Safari 19', null),
  device('web', 'Android 16', 'Mobile', 'Chrome Mobile 144', 'Pixel 9'),
  device('ios', 'iOS 19.2', 'Mobile', null, 'iPhone 16'),
  device('web', 'Windows 11', 'Desktop', 'Firefox 147', null),
  device('android', 'Android 15', 'Mobile', null, 'Galaxy S25'),
  device('web', 'iPadOS 19.1', 'Tablet', 'Mobile Safari 19', 'iPad'),
  device('web', 'Linux', 'Desktop', 'Firefox 147', null),
];

export interface Source {
  readonly referrer: string | null;
  readonly utmSource: string | null;
  readonly utmMedium: string | null;
  readonly utmCampaign: string | null;
  readonly utmContent: string | null;
}

const source = (
  referrer: string | null,
  utmSource: string | null = null,
  utmMedium: string | null = null,
  utmCampaign: string | null = null,
  utmContent: string | null = null,
): Source => ({ referrer, utmSource, utmMedium, utmCampaign, utmContent });

/** The commonest first: people who type the address, or come from a search. */
export const sources: readonly Source[] = [
  source(null),
  source('https://www.google.com/'),
  source('https://www.google.de/', 'google', 'cpc', 'winter_sale_2026', 'ad_zelte_a'),
  source(null, 'newsletter', 'email', 'nl_2026_kw07', 'hero_button'),
  source('https://www.instagram.com/', 'instagram', 'paid_social', 'creators_q1', 'story_ingrid'),
  source('https://duckduckgo.com/'),
  source('https://www.bergwandern-forum.example/thread/8841'),
  // A campaign whose link was built with empty parameters: empty text, not NULL.
  source('https://www.facebook.com/', 'facebook', '', '', ''),
  source('https://www.bing.com/', 'bing', 'cpc', 'marque_fr', "l'hiver & le froid"),
];

export const searches: Record<Language, readonly string[]> = {
  en: ['rain jacket', 'tent 2 person', 'gore-tex', 'backpack 45l', 'waterproof boots', 'stove gas cartridge'],
  de: ['regenjacke', 'zelt 2 personen', 'wanderschuhe größe 42', 'schlafsack daune', 'rucksack 45l', 'gaskocher'],
  fr: ['veste imperméable', 'tente légère', 'chaussures randonnée', 'sac à dos 45l', 'réchaud', 'duvet hiver'],
};

/**
 * What visitors typed, and what loaders, sheets and web pages stumble over. Each stands in `search_submitted` of the
 * full dump, in this order.
 */
export const awkwardTexts: readonly { readonly name: string; readonly text: string }[] = [
  { name: 'double quotes', text: '"gore-tex" jacket' },
  { name: 'apostrophe', text: "kids' boots" },
  { name: 'formula with =', text: "=cmd|' /C calc'!A0" },
  { name: 'formula with +', text: '+47 22 00 00 00' },
  { name: 'formula with -', text: '-20% code' },
  { name: 'formula with @', text: '@SUM(1+1)*cmd' },
  { name: 'HTML element', text: '<img src=x onerror=alert(1)>' },
  { name: 'HTML script', text: '<script>document.title="hello"</script>' },
  { name: 'HTML entity', text: 'tents &amp; tarps' },
  { name: 'emoji', text: '⛺️ for a 👨‍👩‍👧‍👦' },
  { name: 'NUL', text: 'tent\u0000 2' },
  { name: 'line breaks', text: 'boots\nsize 42\r\nbrown' },
  { name: 'tab', text: 'jacket\tred' },
  { name: 'backslashes', text: 'C:\\new\\tents' },
  { name: 'right to left', text: 'خيمة لشخصين' },
  { name: 'direction override', text: 'invoice\u202Efdp.exe' },
  { name: 'combining marks', text: 'Zu\u0308rich' },
  { name: 'outside the BMP', text: '𠮷野 テント' },
  { name: 'the word null', text: 'null' },
  { name: 'empty text', text: '' },
  { name: 'only spaces', text: '   ' },
  { name: 'comma and semicolon', text: 'tent, 2; blue' },
  { name: 'SQL', text: "'; DROP TABLE users; --" },
  { name: 'digits of an id', text: '0012345678901234567890' },
  { name: 'long text', text: 'Waterproof, light, warm, not too expensive, and for tall people. '.repeat(300) },
];
