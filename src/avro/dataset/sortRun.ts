/** Below so many keys they are put in order one by one. */
const fewKeys = 24;
/** From so many on, two passes over 16 bits each are faster than four over 8. */
const manyKeys = 32 * 1024;
/** Numbers for each key that sorting takes room for. */
export const roomPerKey = 4;
/** Keys handled between two pauses. */
const pauseKeys = 64 * 1024;

/**
 * The order of keys that lie one after another in `bytes` (key `k` is `starts[k] … starts[k + 1]`), none of them the beginning of another: their
 * numbers, the least key first, equal ones by their numbers. A radix sort, four bytes at a time, of what is still equal. Yields
 * now and then, so that others can be let in. It works in `room`, `roomPerKey` numbers for each key, and the order lies there too.
 */
export function* sortRun(
  bytes: Uint8Array,
  starts: Uint32Array,
  count: number,
  room: Uint32Array<ArrayBuffer>,
): Generator<undefined, Uint32Array<ArrayBuffer>, undefined> {
  const space: Space = {
    bytes,
    starts,
    order: room.subarray(0, count),
    spare: room.subarray(count, 2 * count),
    prefixes: room.subarray(2 * count, 3 * count),
    sparePrefixes: room.subarray(3 * count, roomPerKey * count),
  };
  const { order, prefixes } = space;
  for (let key = 0; key < count; key++) order[key] = key;
  const stack = [0, count, 0];
  let handled = 0;
  while (stack.length > 0) {
    const passed = stack.pop() as number;
    const high = stack.pop() as number;
    const low = stack.pop() as number;
    handled += high - low;
    if (handled > pauseKeys) {
      handled = 0;
      yield;
    }
    if (high - low <= fewKeys) {
      insertionSort(space, low, high, passed);
      continue;
    }
    const depth = passed + commonBytes(space, low, high, passed);
    if ((starts[order[low] as number] as number) + depth >= (starts[(order[low] as number) + 1] as number))
      continue;
    readPrefixes(space, low, high, depth);
    const digitBits = high - low >= manyKeys ? 16 : 8;
    for (let shift = 0; shift < 32; shift += digitBits) radixPass(space, low, high, shift, digitBits);
    for (let first = low; first < high;) {
      let next = first + 1;
      while (next < high && prefixes[next] === prefixes[first]) next++;
      if (next - first > 1) stack.push(first, next, depth + 4);
      first = next;
    }
  }
  return order;
}

interface Space {
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly order: Uint32Array<ArrayBuffer>;
  readonly spare: Uint32Array<ArrayBuffer>;
  readonly prefixes: Uint32Array<ArrayBuffer>;
  readonly sparePrefixes: Uint32Array<ArrayBuffer>;
}

/** Bytes after `depth` that all keys of a group have alike. */
function commonBytes({ bytes, starts, order }: Space, low: number, high: number, depth: number): number {
  const first = order[low] as number;
  const from = (starts[first] as number) + depth;
  let common = (starts[first + 1] as number) - from;
  for (let place = low + 1; place < high && common > 0; place++) {
    const key = order[place] as number;
    const start = (starts[key] as number) + depth;
    const most = Math.min(common, (starts[key + 1] as number) - start);
    let at = 0;
    while (at < most && bytes[from + at] === bytes[start + at]) at++;
    common = at;
  }
  return Math.max(0, common);
}

/** Four bytes of each key; past its end zeros, which is no mistake: no key is the beginning of another. */
function readPrefixes({ bytes, starts, order, prefixes }: Space, low: number, high: number, depth: number): void {
  for (let place = low; place < high; place++) {
    const key = order[place] as number;
    const at = (starts[key] as number) + depth;
    const end = starts[key + 1] as number;
    let prefix = 0;
    if (at + 4 <= end) {
      prefix =
        ((bytes[at] as number) << 24) |
        ((bytes[at + 1] as number) << 16) |
        ((bytes[at + 2] as number) << 8) |
        (bytes[at + 3] as number);
    } else {
      for (let byte = 0; byte < 4; byte++)
        prefix = (prefix << 8) | (at + byte < end ? (bytes[at + byte] as number) : 0);
    }
    prefixes[place] = prefix;
  }
}

const fewCounts = new Uint32Array(256);
const manyCounts = new Uint32Array(65_536);

/** One stable pass by some bits of the prefixes. */
function radixPass(space: Space, low: number, high: number, shift: number, bits: number): void {
  const { order, spare, prefixes, sparePrefixes } = space;
  const counts = bits === 8 ? fewCounts : manyCounts;
  const mask = counts.length - 1;
  counts.fill(0);
  for (let place = low; place < high; place++) {
    const digit = ((prefixes[place] as number) >>> shift) & mask;
    counts[digit] = (counts[digit] as number) + 1;
  }
  if (counts[((prefixes[low] as number) >>> shift) & mask] === high - low) return;
  for (let digit = 0, sum = low; digit < counts.length; digit++) {
    const count = counts[digit] as number;
    counts[digit] = sum;
    sum += count;
  }
  for (let place = low; place < high; place++) {
    const prefix = prefixes[place] as number;
    const digit = (prefix >>> shift) & mask;
    const to = counts[digit] as number;
    counts[digit] = to + 1;
    spare[to] = order[place] as number;
    sparePrefixes[to] = prefix;
  }
  order.set(spare.subarray(low, high), low);
  prefixes.set(sparePrefixes.subarray(low, high), low);
}

function insertionSort({ bytes, starts, order }: Space, low: number, high: number, depth: number): void {
  for (let place = low + 1; place < high; place++) {
    const key = order[place] as number;
    const start = (starts[key] as number) + depth;
    const end = starts[key + 1] as number;
    let to = place;
    for (; to > low; to--) {
      const other = order[to - 1] as number;
      const otherStart = (starts[other] as number) + depth;
      if (compareBytes(bytes, otherStart, starts[other + 1] as number, bytes, start, end) <= 0) break;
      order[to] = other;
    }
    order[to] = key;
  }
}

/** Below 0 if the first bytes come first, 0 if they are equal. */
export function compareBytes(
  one: Uint8Array,
  oneStart: number,
  oneEnd: number,
  other: Uint8Array,
  otherStart: number,
  otherEnd: number,
): number {
  const most = Math.min(oneEnd - oneStart, otherEnd - otherStart);
  for (let at = 0; at < most; at++) {
    const difference = (one[oneStart + at] as number) - (other[otherStart + at] as number);
    if (difference !== 0) return difference;
  }
  return oneEnd - oneStart - (otherEnd - otherStart);
}
