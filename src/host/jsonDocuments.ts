import { Diagnostic, DiagnosticSeverity, languages, Range, window, workspace, type Uri } from 'vscode';
import { describeFailure } from '../core/describeFailure';
import { DisposableStore, type Disposable } from '../core/disposable';
import { Failure, toFailure } from '../core/failure';
import { formatJsonText } from '../core/json';
import type { Sessions } from './connections/sessions';
import { jsonScheme, objectUri, parseObjectUri, type ObjectRef } from './resourceUri';

/** VS Code opens no text document beyond this. */
const maxBytes = 50_000_000;

/**
 * Manifests, reports and definitions as read-only documents, formatted. Text that is no JSON is shown as it is,
 * with the place of the fault marked.
 */
export function registerJsonDocuments(sessions: Sessions): Disposable {
  const resources = new DisposableStore();
  const faults = resources.add(languages.createDiagnosticCollection('Data Connect'));
  resources.add(
    workspace.registerTextDocumentContentProvider(jsonScheme, {
      async provideTextDocumentContent(uri, token) {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        const { connectionId, key } = parseObjectUri(uri);
        const { store } = await sessions.get(connectionId);
        const info = await store.head(key, abort.signal);
        if (info.bytes > maxBytes) throw new Failure('avro.tooLarge', { uri: store.uri(key), bytes: info.bytes });
        const text = new TextDecoder().decode((await store.read(key, {}, abort.signal)).bytes);
        try {
          const formatted = formatJsonText(text);
          faults.delete(uri);
          return formatted;
        } catch (error) {
          faults.set(uri, [faultOf(error, store.uri(key))]);
          return text;
        }
      },
    }),
  );
  resources.add(
    workspace.onDidCloseTextDocument((document) => {
      if (document.uri.scheme === jsonScheme) faults.delete(document.uri);
    }),
  );
  return resources;
}

export async function openJsonDocument(ref: ObjectRef): Promise<void> {
  const uri: Uri = objectUri(ref, jsonScheme);
  const document = await workspace.openTextDocument(uri);
  // Reports may be called anything.
  if (document.languageId !== 'json') await languages.setTextDocumentLanguage(document, 'json');
  await window.showTextDocument(document, { preview: true });
}

function faultOf(error: unknown, uri: string): Diagnostic {
  const failure = toFailure(error);
  const { line, column } = failure.facts;
  const start = {
    line: typeof line === 'number' ? line - 1 : 0,
    column: typeof column === 'number' ? column - 1 : 0,
  };
  const { message, hint } = describeFailure(new Failure(failure.code, { uri, ...failure.facts }));
  return new Diagnostic(
    new Range(start.line, start.column, start.line, start.column + 1),
    `${message} ${hint}`.trim(),
    DiagnosticSeverity.Error,
  );
}
