/** How a value is shown that must not be: enough to tell that there is one, too little to tell whose. */

const dot = '•';
/** A longer text has no more dots than this: its length is nobody's business. */
const maxDots = 8;

const email = /^([^\s@]+)@([^\s@]+)$/;
const ipv4 = /^(\d{1,3})\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;
const ipv6 = /^([0-9a-f]{1,4}):[0-9a-f:.]*:[0-9a-f:.]*$/i;

/**
 * The first character of a text and a dot for each further one, at most eight; a text of one character is a dot. Of an e-mail address
 * the domain's last label stays too (`j•••@•••.com`), of an IP address the first number (`192.•.•.•`, `2001:•`). Empty stays empty.
 */
export function maskValue(text: string): string {
  const address = email.exec(text);
  if (address !== null) {
    const [, local = '', domain = ''] = address;
    const label = domain.lastIndexOf('.');
    return `${maskText(local)}@${dot.repeat(3)}${label > 0 ? domain.slice(label) : ''}`;
  }
  const v4 = ipv4.exec(text)?.[1];
  if (v4 !== undefined) return `${v4}.${dot}.${dot}.${dot}`;
  const v6 = ipv6.exec(text)?.[1];
  return v6 === undefined ? maskText(text) : `${v6}:${dot}`;
}

function maskText(text: string): string {
  const start = text.slice(0, 2 * (maxDots + 1));
  const characters = Array.from(start);
  const [first] = characters;
  if (first === undefined) return '';
  if (characters.length === 1) return dot;
  return first + dot.repeat(Math.min(characters.length - 1, maxDots));
}
