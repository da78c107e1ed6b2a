import { window, workspace } from 'vscode';
import type { RowsQuery } from '../../core/rowFilter';
import { selectRows } from '../../sql/selectRows';
import { readSetting } from '../settings';
import type { RowsDocument } from './rowsDocument';

/** The rows of a view as a query for the user's engine, in an untitled editor. Rejects with `query.invalid`, `sql.badName`. */
export async function showAsSql(
  document: RowsDocument,
  query: RowsQuery,
  columns: readonly string[],
): Promise<void> {
  const { rows, located } = await document.opened();
  const { text } = selectRows({
    dialect: readSetting('dataConnect.sql.dialect'),
    // A file of no export is called after itself.
    table: located.table ?? located.title.replace(/\.avro$/i, ''),
    columns: rows.columns,
    shown: columns,
    query,
    comments: [
      located.isTable === true || located.table === undefined
        ? `The view shows ${located.uri}.`
        : `The view shows one part of the table only: ${located.uri}.`,
    ],
  });
  const opened = await workspace.openTextDocument({ language: 'sql', content: text });
  await window.showTextDocument(opened, { preview: false });
}
