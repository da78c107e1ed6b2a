/** The icons of both views: letters of VS Code's own font (`codicon.ttf`), by the names it gives them. */
const letters = {
  account: '\ueb99',
  add: '\uea60',
  'arrow-down': '\uea9a',
  'arrow-right': '\uea9c',
  'arrow-up': '\ueaa1',
  'case-sensitive': '\ueab1',
  check: '\ueab2',
  'chevron-down': '\ueab4',
  'chevron-up': '\ueab7',
  'clear-all': '\ueabf',
  close: '\uea76',
  'cloud-download': '\ueac2',
  copy: '\uebcc',
  database: '\ueace',
  error: '\uea87',
  export: '\uebac',
  eye: '\uea70',
  'eye-closed': '\ueae7',
  graph: '\ueb03',
  history: '\uea82',
  info: '\uea74',
  json: '\ueb0f',
  'layout-sidebar-right': '\uebf4',
  'layout-sidebar-right-off': '\uec00',
  'list-selection': '\ueb85',
  'record-keys': '\uea65',
  regex: '\ueb38',
  remove: '\ueb3b',
  'symbol-field': '\ueb5f',
  'symbol-property': '\ueb65',
  sync: '\uea77',
  warning: '\uea6c',
} as const;

export type IconName = keyof typeof letters;

/** The letter that is this icon in the font; `icons.css` draws it. */
export function iconLetter(name: IconName): string {
  return letters[name];
}
