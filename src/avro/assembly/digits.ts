/** "00" to "99", two bytes each. */
const pairs: usize = memory.data<u8>([
  48, 48, 48, 49, 48, 50, 48, 51, 48, 52, 48, 53, 48, 54, 48, 55, 48, 56, 48, 57, 49, 48, 49, 49, 49, 50, 49, 51,
  49, 52, 49, 53, 49, 54, 49, 55, 49, 56, 49, 57, 50, 48, 50, 49, 50, 50, 50, 51, 50, 52, 50, 53, 50, 54, 50, 55,
  50, 56, 50, 57, 51, 48, 51, 49, 51, 50, 51, 51, 51, 52, 51, 53, 51, 54, 51, 55, 51, 56, 51, 57, 52, 48, 52, 49,
  52, 50, 52, 51, 52, 52, 52, 53, 52, 54, 52, 55, 52, 56, 52, 57, 53, 48, 53, 49, 53, 50, 53, 51, 53, 52, 53, 53,
  53, 54, 53, 55, 53, 56, 53, 57, 54, 48, 54, 49, 54, 50, 54, 51, 54, 52, 54, 53, 54, 54, 54, 55, 54, 56, 54, 57,
  55, 48, 55, 49, 55, 50, 55, 51, 55, 52, 55, 53, 55, 54, 55, 55, 55, 56, 55, 57, 56, 48, 56, 49, 56, 50, 56, 51,
  56, 52, 56, 53, 56, 54, 56, 55, 56, 56, 56, 57, 57, 48, 57, 49, 57, 50, 57, 51, 57, 52, 57, 53, 57, 54, 57, 55,
  57, 56, 57, 57,
]);

/** Eight digits, with leading zeros, of a number below 10^8. */
function eightDigits(value: u32, out: usize): void {
  const high = value / 10_000;
  const low = value - high * 10_000;
  const first = high / 100;
  const third = low / 100;
  store<u16>(out, load<u16>(pairs + (first << 1)));
  store<u16>(out + 2, load<u16>(pairs + ((high - first * 100) << 1)));
  store<u16>(out + 4, load<u16>(pairs + (third << 1)));
  store<u16>(out + 6, load<u16>(pairs + ((low - third * 100) << 1)));
}

/** The digits of a number below 10^8; gives the position behind them. May write 8 bytes whatever their number. */
function fewDigits(value: u32, out: usize): usize {
  if (value < 10) {
    store<u8>(out, <u8>(48 + value));
    return out + 1;
  }
  if (value < 100) {
    store<u16>(out, load<u16>(pairs + (value << 1)));
    return out + 2;
  }
  if (value < 10_000) {
    const high = value / 100;
    const after = fewDigits(high, out);
    store<u16>(after, load<u16>(pairs + ((value - high * 100) << 1)));
    return after + 2;
  }
  const high = value / 10_000;
  const low = value - high * 10_000;
  const after = fewDigits(high, out);
  const first = low / 100;
  store<u16>(after, load<u16>(pairs + (first << 1)));
  store<u16>(after + 2, load<u16>(pairs + ((low - first * 100) << 1)));
  return after + 4;
}

const eight: u64 = 100_000_000;
const sixteen: u64 = 10_000_000_000_000_000;

/** A number in decimal digits, at most 20 bytes; gives the position behind them. */
export function writeDecimal(value: i64, out: usize): usize {
  let rest: u64 = value;
  if (value < 0) {
    store<u8>(out++, 45);
    rest = 0 - rest;
  }
  if (rest < eight) return fewDigits(<u32>rest, out);
  if (rest < sixteen) {
    const high = rest / eight;
    const after = fewDigits(<u32>high, out);
    eightDigits(<u32>(rest - high * eight), after);
    return after + 8;
  }
  const high = rest / sixteen;
  rest -= high * sixteen;
  const after = fewDigits(<u32>high, out);
  const middle = rest / eight;
  eightDigits(<u32>middle, after);
  eightDigits(<u32>(rest - middle * eight), after + 8);
  return after + 16;
}
