import { dayMs } from './layout';
import type { Random } from './random';
import { type Device, type Place, devices, firstNames, lastNames, places } from './shop';

/** Milliseconds before (negative) or after the start of the newest complete sync. */
export type Moment = number;

export interface Person {
  /** One per device; the shop knows a visitor by these until they log in. */
  readonly anonymousIds: readonly bigint[];
  readonly devices: readonly Device[];
  readonly place: Place;
  readonly name: string;
  readonly email: string;
  readonly customerNumber: string;
  readonly ip: string;
  readonly joined: Moment;
  /** Absent: never logged in. */
  readonly identified?: { readonly id: bigint; readonly at: Moment };
  /** Profile changes after logging in, oldest first. */
  readonly changes: readonly Profile[];
}

export interface Profile {
  readonly at: Moment;
  readonly tier: 'bronze' | 'silver' | 'gold';
  readonly isSubscriber: boolean;
  readonly store: string | null;
}

export interface Migration {
  readonly from: bigint;
  readonly to: bigint | null;
  readonly at: Moment;
}

/** Ids that are traps in themselves. Tests and the list of traps refer to them. */
export const knownIds = {
  /** Two customers; as JavaScript numbers they are the same. */
  twinA: 6432488007795608887n,
  twinB: 6432488007795608888n,
  largest: 9223372036854775807n,
  smallest: -9223372036854775808n,
  minusOne: -1n,
  /** 2^53 and its neighbour: the first pair that a double confuses. */
  exactLimit: 9007199254740992n,
  pastExactLimit: 9007199254740993n,
  /** The one "customer" that every guest checkout logs in as. */
  guest: 4242424242424242n,
  chain: [2204478817290154n, 2204478817290155n, -5531902811720093117n],
  twoTargets: 3391772003118845n,
  nullTarget: 1187730045518822n,
} as const;

/** How many anonymous visitors end up in `knownIds.guest`. */
export const guestCount = 72;
const peopleCount = 260;

/** Indexes of the people that carry the traps. */
const role = {
  chain: 7,
  twoTargets: 8,
  otherTarget: 9,
  self: 10,
  cycleA: 11,
  cycleB: 12,
  nullTarget: 14,
  twice: 15,
};

/** The cycle's two ids, the self-loop's id and the pair that migrates twice, read off the people. */
export function oddMigrations(people: readonly Person[]): {
  readonly selfId: bigint;
  readonly cycle: readonly [bigint, bigint];
  readonly twice: Migration;
  readonly twoTargets: readonly [bigint, bigint];
} {
  return {
    selfId: identityOf(people, role.self).id,
    cycle: [firstId(people, role.cycleA), firstId(people, role.cycleB)],
    twice: {
      from: firstId(people, role.twice),
      to: identityOf(people, role.twice).id,
      at: identityOf(people, role.twice).at,
    },
    twoTargets: [identityOf(people, role.twoTargets).id, identityOf(people, role.otherTarget).id],
  };
}

export function createPeople(random: Random): Person[] {
  return Array.from({ length: peopleCount }, (_, i) => createPerson(random, i));
}

function createPerson(random: Random, i: number): Person {
  const first = random.pick(firstNames);
  const last = random.pick(lastNames);
  const isGuest = i >= peopleCount - guestCount;
  const isKnown = i < 20 || (!isGuest && random.chance(62));
  const joined = -(60 + random.below(15 * 24 * 60)) * 60_000 * (i % 3 === 0 ? 5 : 1) - random.below(60_000);
  const at = Math.min(joined + random.below(2 * dayMs) + 90_000, -random.below(7_200_000) - 1);
  const ownDevices = Array.from({ length: i < 20 || random.chance(30) ? 2 : 1 }, () => random.pickSkewed(devices));
  const anonymousIds = anonymousIdsOf(random, i, ownDevices.length);
  const id = identityIdOf(i) ?? random.int64();
  return {
    anonymousIds,
    devices: anonymousIds.map((_, d) => ownDevices[d] ?? random.pickSkewed(devices)),
    place: random.pickSkewed(places),
    name: `${first} ${last}`,
    email: `${slug(first)}.${slug(last)}${i}@example.${random.pick(['com', 'net', 'org'])}`,
    customerNumber: `C${100_000 + i * 37}`,
    ip: i % 19 === 4 ? `2001:db8::${(i + 1).toString(16)}` : `203.0.113.${1 + (i % 254)}`,
    joined,
    ...(isKnown ? { identified: { id, at } } : {}),
    changes: isKnown ? profilesOf(random, at) : [],
  };
}

function anonymousIdsOf(random: Random, i: number, count: number): readonly bigint[] {
  if (i === role.chain) return knownIds.chain;
  const own = Array.from({ length: count }, () => random.int53());
  const special: Partial<Record<number, bigint>> = {
    4: knownIds.minusOne,
    5: knownIds.exactLimit,
    6: knownIds.pastExactLimit,
    [role.twoTargets]: knownIds.twoTargets,
    [role.nullTarget]: knownIds.nullTarget,
  };
  const replaced = special[i];
  return replaced === undefined ? own : [replaced, ...own.slice(1)];
}

function identityIdOf(i: number): bigint | undefined {
  return [knownIds.twinA, knownIds.twinB, knownIds.largest, knownIds.smallest][i];
}

function profilesOf(random: Random, from: Moment): Profile[] {
  const tiers = ['bronze', 'silver', 'gold'] as const;
  const stores = ['München Viktualienmarkt', 'Grenoble Gare', 'Berlin Mitte', 'Bergen Torget', null];
  const profiles: Profile[] = [];
  let at = from;
  for (let n = random.below(4); n >= 0 && at < 0; n--) {
    profiles.push({
      at,
      tier: tiers[Math.min(profiles.length, 2)] ?? 'gold',
      isSubscriber: random.chance(45),
      store: random.pick(stores),
    });
    at += Math.floor((random.below(1000) / 1000) * Math.max(-from * 0.7, 600_000)) + 60_000;
  }
  return profiles;
}

/** All rows of `user_migrations`, oldest first, the odd ones included. */
export function createMigrations(people: readonly Person[]): Migration[] {
  const migrations: Migration[] = [];
  people.forEach((person, i) => {
    const { identified, anonymousIds } = person;
    const first = anonymousIds[0];
    if (first === undefined) return;
    if (i >= peopleCount - guestCount) {
      migrations.push({ from: first, to: knownIds.guest, at: Math.min(person.joined + 1_800_000, -1) });
      return;
    }
    if (identified === undefined) return;
    if (i === role.chain) {
      // Each id migrates to the next, and only the last one to the identity: one hop is not enough.
      [...anonymousIds, identified.id].slice(1).forEach((to, n) => {
        migrations.push({ from: anonymousIds[n] ?? first, to, at: identified.at + n * 1000 });
      });
      return;
    }
    if (i === role.nullTarget) migrations.push({ from: first, to: null, at: identified.at });
    else if (i !== role.cycleA && i !== role.cycleB)
      for (const from of anonymousIds) migrations.push({ from, to: identified.id, at: identified.at });
  });
  migrations.push(...oddRows(people));
  return migrations.sort((a, b) => a.at - b.at);
}

function oddRows(people: readonly Person[]): Migration[] {
  const { selfId, cycle, twice, twoTargets } = oddMigrations(people);
  return [
    { from: selfId, to: selfId, at: -20 * dayMs },
    { from: cycle[0], to: cycle[1], at: -16 * dayMs },
    { from: cycle[1], to: cycle[0], at: -15 * dayMs },
    twice,
    { from: knownIds.twoTargets, to: twoTargets[1], at: -12 * dayMs },
  ];
}

function firstId(people: readonly Person[], index: number): bigint {
  const id = people[index]?.anonymousIds[0];
  if (id === undefined) throw new RangeError(`no person ${index}`);
  return id;
}

function identityOf(people: readonly Person[], index: number): { readonly id: bigint; readonly at: Moment } {
  const identified = people[index]?.identified;
  if (identified === undefined) throw new RangeError(`person ${index} never logged in`);
  return identified;
}

/** Letters of an address: accents and everything outside ASCII dropped. */
function slug(name: string): string {
  return (
    name
      .normalize('NFD')
      .toLowerCase()
      .replace(/ø/g, 'o')
      .replace(/[^a-z0-9]/g, '') || 'kunde'
  );
}
