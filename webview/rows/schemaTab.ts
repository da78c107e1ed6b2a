import type { Column } from '../../src/core/column';
import type { PartProgress } from '../../src/core/partProgress';
import type { AbsentColumn, RowsOpened } from '../../src/protocol/rows';
import { createIconButton } from '../ui/components';
import { element } from '../ui/dom';
import type { Formats } from '../ui/format';
import { prettyJson } from './prettyJson';
import { damageName, damageRows, rowsStatus } from './words';

/** What the columns are, what the file says of itself, and the schema word for word. */
export function fillSchemaTab(
  panel: HTMLElement,
  opened: RowsOpened,
  absent: readonly AbsentColumn[],
  progress: PartProgress,
  formats: Formats,
  copy: (text: string, what: string) => void,
): void {
  const schema = prettyJson(opened.metadata.schemaText);
  panel.replaceChildren(
    section(`Columns`, formats.count(opened.columns.length), columnTable(opened.columns)),
    ...(absent.length === 0 ? [] : [section('Absent columns', formats.count(absent.length), absentTable(absent))]),
    section('File', '', fileFacts(opened, progress, formats)),
    section(
      'Avro schema',
      opened.metadata.schemaName,
      element(
        'div',
        { class: 'code-block' },
        createIconButton({ icon: 'copy', label: 'Copy schema', onClick: () => copy(schema, 'schema') }),
        element(
          'pre',
          {
            attributes: {
              tabindex: '0',
              role: 'textbox',
              'aria-readonly': 'true',
              'aria-multiline': 'true',
              'aria-label': 'Avro schema',
            },
          },
          schema,
        ),
      ),
    ),
  );
}

function section(title: string, count: string, ...content: Node[]): HTMLElement {
  return element(
    'section',
    { class: 'schema-section' },
    element('h2', {}, title, count === '' ? undefined : element('span', { class: 'section-count' }, count)),
    ...content,
  );
}

function table(heads: readonly string[], rows: readonly (readonly (string | Node)[])[], kind: string): HTMLElement {
  return element(
    'table',
    { class: `facts-table ${kind}` },
    element(
      'thead',
      {},
      element('tr', {}, ...heads.map((head) => element('th', { attributes: { scope: 'col' } }, head))),
    ),
    element(
      'tbody',
      {},
      ...rows.map((cells) => element('tr', {}, ...cells.map((cell) => element('td', {}, cell)))),
    ),
  );
}

function columnTable(columns: readonly Column[]): HTMLElement {
  const hasDocs = columns.some((column) => column.doc !== undefined && column.doc !== '');
  return table(
    ['#', 'Name', 'Type', 'Nullable', 'Kind', ...(hasDocs ? ['Description'] : [])],
    columns.map((column, place) => [
      String(place + 1),
      element('span', { class: 'column-name' }, column.name),
      column.typeText,
      column.nullable ? 'yes' : 'no',
      column.kind,
      ...(hasDocs ? [column.doc ?? ''] : []),
    ]),
    'columns-table',
  );
}

function absentTable(absent: readonly AbsentColumn[]): HTMLElement {
  return table(
    ['Name', 'Where it is'],
    absent.map((column) => [element('span', { class: 'column-name' }, column.name), column.note]),
    'absent-table',
  );
}

function fileFacts(opened: RowsOpened, progress: PartProgress, formats: Formats): HTMLElement {
  const { metadata } = opened;
  const facts: readonly (readonly [string, string])[] = [
    ['Address', opened.uri],
    ['Size', `${formats.bytes(opened.totalBytes)} (${formats.count(opened.totalBytes)} bytes)`],
    ...(opened.modified === undefined ? [] : [['Modified', formats.dateTime(opened.modified)] as const]),
    ['Rows', rowsStatus(progress, formats)],
    [
      'Blocks',
      progress.state === 'complete' ? formats.count(progress.blocks) : `${formats.count(progress.blocks)} so far`,
    ],
    ['Codec', metadata.codec],
    ['Header', formats.plural(metadata.headerBytes, 'byte', 'bytes')],
    ['Sync marker', metadata.syncMarker],
    ...metadata.entries.map(({ key, value }) => [key, value] as const),
  ];
  return element(
    'dl',
    { class: 'facts' },
    ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
  );
}

/** Each damaged stretch: what is wrong, where, and what it cost. */
export function fillDamageTab(panel: HTMLElement, progress: PartProgress, formats: Formats): void {
  const rows = progress.damage.map((damage) => [
    element('span', { class: 'column-name' }, damageName(damage)),
    formats.count(damage.block),
    `${formats.count(damage.offset)} to ${formats.count(damage.resumedAt)}`,
    formats.plural(damage.resumedAt - damage.offset, 'byte', 'bytes'),
    damageRows(damage, formats),
    damage.detail,
  ]);
  panel.replaceChildren(
    section(
      'Damage',
      formats.count(progress.damage.length),
      element(
        'p',
        { class: 'lead' },
        'Every other block was decoded and checked. Nothing of a damaged block is guessed.',
      ),
      table(['What', 'Block', 'Bytes from start', 'Length', 'Rows', 'Detail'], rows, 'damage-table'),
    ),
  );
}
