import { Diagnostic, DiagnosticSeverity, languages, Range, type Uri } from 'vscode';
import type { Catalog } from '../../core/catalogModel';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { HealthReading } from '../../core/history/readHealth';
import { formatJsonText } from '../../core/json';
import type { Sessions } from '../connections/sessions';
import { jsonScheme, objectUri } from '../resourceUri';
import { healthUri } from './healthDocument';
import type { ConnectionHealth, HealthWatch } from './healthWatch';
import { findTableNames, type NamePlace, type PlacedProblem, placeProblems } from './placeProblems';

/** Tables are looked up in so many manifests, the newest first: the catalog has kept their text. */
const mostLookedInto = 8;
/** A longer manifest is not laid out for the sake of a line number. */
const longestText = 4 << 20;

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
} as const;

/** What health finds, in VS Code's Problems panel: on the documents that it is about, as *Open as JSON* opens them. */
export function registerHealthProblems(
  watch: Pick<HealthWatch, 'of' | 'onDidChange'>,
  sessions: Pick<Sessions, 'get'>,
): Disposable {
  const resources = new DisposableStore();
  const collection = resources.add(languages.createDiagnosticCollection('dataConnectHealth'));
  const shown = new Map<string, { readonly reading: HealthReading; readonly uris: readonly Uri[] }>();

  const clear = (id: string): void => {
    for (const uri of shown.get(id)?.uris ?? []) collection.delete(uri);
    shown.delete(id);
  };
  const show = async (health: ConnectionHealth, reading: HealthReading): Promise<void> => {
    const { connectionId: id } = health;
    const placed = placeProblems(reading.history, reading.problems);
    const names = await sessions.get(id).then(
      ({ catalog }) => findNames(catalog, placed),
      () => new Map<string, ReadonlyMap<string, NamePlace>>(),
    );
    // It may have been read anew meanwhile, or closed.
    if (watch.of(id)?.reading !== reading) return;
    clear(id);
    const byUri = new Map<string, { readonly uri: Uri; readonly found: Diagnostic[] }>();
    for (const item of placed) {
      const { key } = item.place;
      const uri = key === undefined ? healthUri(health) : objectUri({ connectionId: id, key }, jsonScheme);
      const entry = byUri.get(uri.toString()) ?? { uri, found: [] };
      byUri.set(uri.toString(), entry);
      entry.found.push(diagnosticOf(item, names.get(key ?? '')?.get(item.problem.table ?? '')));
    }
    const entries = [...byUri.values()];
    shown.set(id, { reading, uris: entries.map(({ uri }) => uri) });
    collection.set(entries.map(({ uri, found }) => [uri, found]));
  };

  resources.add(
    watch.onDidChange((id) => {
      const health = watch.of(id);
      if (health === undefined) clear(id);
      else if (health.reading !== undefined && health.reading !== shown.get(id)?.reading)
        void show(health, health.reading);
    }),
  );
  return resources;
}

function diagnosticOf({ problem, text }: PlacedProblem, place: NamePlace | undefined): Diagnostic {
  const { line, start, end } = place ?? { line: 0, start: 0, end: 0 };
  const diagnostic = new Diagnostic(new Range(line, start, line, end), text, severities[problem.severity]);
  diagnostic.code = problem.code;
  diagnostic.source = 'Data Connect';
  return diagnostic;
}

/** Of each manifest, by its key, where its tables' names stand. One that cannot be read has none. */
async function findNames(
  catalog: Catalog,
  placed: readonly PlacedProblem[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, NamePlace>>> {
  const wanted = new Map(
    placed.flatMap(({ problem, place: { key, dump } }) =>
      problem.table === undefined || key === undefined || dump === undefined ? [] : [[key, dump] as const],
    ),
  );
  const names = new Map<string, ReadonlyMap<string, NamePlace>>();
  for (const [key, dump] of [...wanted].sort(([, a], [, b]) => (a < b ? 1 : -1)).slice(0, mostLookedInto)) {
    const text = await catalog.readManifest(dump).then(
      (document) => document.text,
      () => '',
    );
    if (text.length > 0 && text.length <= longestText) names.set(key, findTableNames(formatJsonText(text)));
  }
  return names;
}
