import type { FailureCode } from './failure';

/** Two or three words for a failure, where a sentence would be cut: the label of a row in the sidebar. */
export function failureTitle(code: FailureCode): string {
  return titles[code];
}

const titles: Readonly<Record<FailureCode, string>> = {
  cancelled: 'Cancelled',
  internal: 'Something went wrong',
  'store.accessDenied': 'Access denied',
  'store.badCredentials': 'Credentials refused',
  'store.changed': 'Changed meanwhile',
  'store.expiredToken': 'Session expired',
  'store.noCredentials': 'No credentials',
  'store.noSuchBucket': 'No such bucket',
  'store.notFound': 'Not found',
  'store.network': 'Not reachable',
  'store.protocol': 'Not an S3 answer',
  'store.throttled': 'Throttled',
  'store.wrongRegion': 'Wrong region',
  'ref.noConnection': 'Connection gone',
  'ref.unreadable': 'Not understood',
  'manifest.unreadable': 'Manifest unreadable',
  'report.unreadable': 'Report unreadable',
  'definitions.unreadable': 'Definitions unreadable',
  'avro.empty': 'Empty file',
  'avro.notAvro': 'Not Avro',
  'avro.truncated': 'Cut off',
  'avro.badSchema': 'Schema unreadable',
  'avro.unknownCodec': 'Unknown codec',
  'avro.corruptBlock': 'Damaged',
  'avro.badSyncMarker': 'Damaged',
  'avro.tooLarge': 'Too large',
  'catalog.noEarlierDump': 'No earlier dump',
  'catalog.noManifest': 'No manifest',
  'catalog.noSuchDump': 'No such dump',
  'catalog.noSuchTable': 'No such table',
  'sql.noKey': 'No key',
  'sql.badName': 'Name not possible',
  'query.invalid': 'Filter not understood',
  'rows.lost': 'Ended unexpectedly',
  'export.cannotWrite': 'Not exported',
  'export.lost': 'Not exported',
  'sample.cannotWrite': 'Sample not written',
};
