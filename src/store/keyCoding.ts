/**
 * Undoes `encoding-type=url` of a listing. Servers write a space as `+` or as `%20`, and a plus always as `%2B`.
 * A key that was not encoded properly is kept as it came: it is data, and better shown oddly than lost.
 */
export function decodeListedKey(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return encoded;
  }
}
