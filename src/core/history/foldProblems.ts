import { formatCount } from '../format';
import type { HealthCode, HealthProblem } from './healthProblem';

/** A problem that stands for itself, or for all of its kind. */
export interface FoldedProblem {
  readonly problem: HealthProblem;
  /** Others of the same code and severity that are left out for it. */
  readonly others: readonly HealthProblem[];
}

/** More than so many of a kind are told as one. */
const mostOfAKind = 10;
/** So many of those left out are named. */
const mostNamed = 10;

/** Leaves of each kind of which there are many only the first: in the order of the problems, which has the newest first. */
export function foldProblems(problems: readonly HealthProblem[]): readonly FoldedProblem[] {
  const kinds = new Map<string, HealthProblem[]>();
  for (const problem of problems) {
    const kind = kindOf(problem);
    const known = kinds.get(kind);
    if (known === undefined) kinds.set(kind, [problem]);
    else known.push(problem);
  }
  return problems.flatMap((problem): readonly FoldedProblem[] => {
    const [first, ...others] = kinds.get(kindOf(problem)) ?? [];
    if (others.length < mostOfAKind) return [{ problem, others: [] }];
    return problem === first ? [{ problem, others }] : [];
  });
}

function kindOf({ code, severity }: HealthProblem): `${HealthCode} ${HealthProblem['severity']}` {
  return `${code} ${severity}`;
}

/** `And 58 more of this kind: dumps 1239, 1238, 1237, …`; the tables where those differ. */
export function describeOthers({ others }: FoldedProblem): string {
  const tables = new Set(others.flatMap(({ table }) => table ?? []));
  const dumps = new Set(others.flatMap(({ dump }) => (dump === undefined ? [] : [dump.toString()])));
  const [noun, names] = tables.size > 1 ? ['tables', tables] : ['dumps', dumps];
  const some = [...names].slice(0, mostNamed);
  const where = some.length === 0 ? '' : `: ${noun} ${some.join(', ')}${names.size > some.length ? ', …' : ''}`;
  return `And ${formatCount(others.length)} more of this kind${where}.`;
}
