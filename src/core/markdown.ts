/** Names are other people's: nothing in them may become a link, an image, HTML or emphasis. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\`*[\]<>|!#~]/g, '\\$&')
    .replace(/(?<![a-z0-9])_|_(?![a-z0-9])/gi, '\\_');
}

/** A name as code: underscores stay, backticks do not end it. */
export function markdownCode(name: string): string {
  const runs = [...name.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = '`'.repeat(Math.max(0, ...runs) + 1);
  const pad = name.startsWith('`') || name.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${name.replace(/[\r\n]+/g, ' ')}${pad}${fence}`;
}
