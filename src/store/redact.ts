/** Texts of other programs, made fit to be shown and logged. */

const secretPatterns: readonly (readonly [RegExp, string])[] = [
  // Access key ids: a known prefix and 16 or more capitals and digits. Source: IAM User Guide, "Unique identifiers".
  [/\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}\b/g, '[access key id]'],
  [
    /((?:X-Amz-(?:Signature|Security-Token|Credential)|Signature|Credential|SessionToken)=)[^&\s,;]+/gi,
    '$1[removed]',
  ],
  [/((?:aws_)?(?:secret_?access_?key|session_?token)["']?\s*[:=]\s*["']?)[^\s"',]+/gi, '$1[removed]'],
];

/** A text on one line of at most 300 characters, without anything that looks like a key, a token or a signature. */
export function oneLine(text: string): string {
  let line = text.replace(/\s+/g, ' ').trim();
  for (const [pattern, replacement] of secretPatterns) line = line.replace(pattern, replacement);
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

/**
 * An error to keep as a cause: name, message and stack only. The SDK's own errors carry the whole answer, which in the
 * case of a wrong signature repeats the key id, the signature and the string that was signed.
 */
export function cleanCause(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(oneLine(String(error)));
  const cause = new Error(oneLine(error.message));
  cause.name = error.name;
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  cause.stack = [`${cause.name}: ${cause.message}`, ...frames].join('\n');
  return cause;
}
