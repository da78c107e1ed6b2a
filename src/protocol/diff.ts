import { NotificationType, RequestType0 } from 'vscode-jsonrpc';
import type { ManifestDiff } from '../core/manifestDiff';
import type { FailureView } from './view';

/** Manifest diff view (webview) ↔ extension host. */

/** View → host: computes (or recomputes) the diff. */
export const openDiff = new RequestType0<DiffOpened, FailureView>('diff/open');
/** View → host: show the thing behind a name in the sidebar. */
export const revealTable = new NotificationType<{ readonly table: string; readonly side: 'from' | 'to' }>(
  'diff/revealTable',
);
export const openManifest = new NotificationType<{ readonly side: 'from' | 'to' }>('diff/openManifest');
/** View → host: the same comparison in VS Code's own diff editor, on canonical text. */
export const openTextDiff = new NotificationType<Record<string, never>>('diff/openText');
/** View → host: the diff as Markdown to the clipboard. */
export const copyMarkdown = new NotificationType<Record<string, never>>('diff/copyMarkdown');
export const diffFailureAction = new NotificationType<{ readonly id: string }>('diff/failureAction');

export interface DiffOpened {
  readonly connection: string;
  /** The view keeps this with setState as it is: by it the host brings the tab back after a reload. */
  readonly restore: { readonly connectionId: string; readonly from: string; readonly to: string };
  readonly from: DumpHeading;
  readonly to: DumpHeading;
  readonly diff: ManifestDiff;
}

export interface DumpHeading {
  /** Decimal. */
  readonly dump: string;
  /** When the manifest was delivered, epoch milliseconds. */
  readonly delivered?: number;
  /** Listed files over all tables, and their bytes where known. */
  readonly tables: number;
  readonly files: number;
}
