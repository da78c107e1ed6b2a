/** Names that hold the letters typed, in order, the best first: whole beginnings before beginnings of words before letters here and there. */
export function fuzzyNames(typed: string, names: readonly string[]): readonly string[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return names;
  return names
    .map((name, place) => ({ name, place, score: scoreOf(wanted, name.toLowerCase()) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.place - b.place)
    .map(({ name }) => name);
}

function scoreOf(wanted: string, name: string): number {
  if (name === wanted) return 10_000;
  if (name.startsWith(wanted)) return 5000 - name.length;
  const inner = name.indexOf(wanted);
  if (inner >= 0) return (/[^a-z0-9]/.test(name[inner - 1] ?? '') ? 4000 : 3000) - name.length;
  let at = -1;
  let score = 1000;
  for (const letter of wanted.replace(/[\s_]+/g, '')) {
    const next = name.indexOf(letter, at + 1);
    if (next < 0) return 0;
    score -= next - at - 1;
    at = next;
  }
  return Math.max(1, score);
}
