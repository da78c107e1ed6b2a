import type { DumpId } from '../../core/dumpId';
import type { ExportHistory } from '../../core/history/exportHistory';
import { describeOthers, type FoldedProblem, foldProblems } from '../../core/history/foldProblems';
import type { HealthProblem } from '../../core/history/healthProblem';
import { parseObjectKey } from '../../core/objectKey';

/** The document that a problem is told in. */
export interface ProblemPlace {
  /** The manifest or report; absent: there is none, and the health report stands for it. */
  readonly key?: string;
  /** Of the manifest. */
  readonly dump?: DumpId;
}

export interface PlacedProblem {
  readonly problem: HealthProblem;
  readonly place: ProblemPlace;
  /** What is so, what to do, and how many more there are of the kind. */
  readonly text: string;
}

/** Each problem with the document that it belongs to; of many of a kind one. */
export function placeProblems(
  history: ExportHistory,
  problems: readonly HealthProblem[],
): readonly PlacedProblem[] {
  const manifests = new Map(
    history.dumps.flatMap(({ dump, manifest }) => (manifest === undefined ? [] : [[dump, manifest.key] as const])),
  );
  return foldProblems(problems).map((folded) => ({
    problem: folded.problem,
    place: placeOf(folded.problem, manifests),
    text: textOf(folded),
  }));
}

function placeOf({ file, dump }: HealthProblem, manifests: ReadonlyMap<DumpId, string>): ProblemPlace {
  const kind = file === undefined ? 'foreign' : parseObjectKey(file).kind;
  if (file !== undefined && (kind === 'manifest' || kind === 'report')) return { key: file };
  const key = dump === undefined ? undefined : manifests.get(dump);
  return key === undefined || dump === undefined ? {} : { key, dump };
}

function textOf(folded: FoldedProblem): string {
  const { message, action } = folded.problem;
  return [message, action, ...(folded.others.length === 0 ? [] : [describeOthers(folded)])].join('\n');
}

/** Where a table's name stands in the formatted text of a manifest; lines and columns from 0. */
export interface NamePlace {
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

const nameLine = /^(\s*"name": )("(?:[^"\\]|\\.)*"),?$/;

export function findTableNames(formatted: string): ReadonlyMap<string, NamePlace> {
  const places = new Map<string, NamePlace>();
  for (const [line, text] of formatted.split('\n').entries()) {
    const [, before = '', literal] = nameLine.exec(text) ?? [];
    if (literal === undefined) continue;
    const name = JSON.parse(literal) as string;
    if (!places.has(name)) places.set(name, { line, start: before.length, end: before.length + literal.length });
  }
  return places;
}
