import { describeStoreFailure, type FailureWords, type StoreFailureCode } from './describeStoreFailure';
import type { FailureCode, FailureData } from './failure';
import { formatCount } from './format';
import { migrationsTable } from './manifest';

export type { FailureWords } from './describeStoreFailure';

/**
 * A failure in words: `message` is one sentence (what happened, to which thing), `hint` says why, if known, and what
 * to do next (it may be empty). The one place where the product's failures become words, for the editor and for the
 * command line (which prints both in one line): no word of a view, a button or an option.
 */
export function describeFailure(failure: FailureData): FailureWords {
  const { code, facts } = failure;
  if (isStoreCode(code)) return describeStoreFailure(code, facts);
  if (isCatalogCode(code)) return describeCatalog(code, createFacts(failure));
  return isAvroCode(code) ? describePart(code, createFacts(failure)) : describeOther(code, createFacts(failure));
}

type CatalogFailureCode = Extract<FailureCode, `catalog.${string}`>;

function isCatalogCode(code: FailureCode): code is CatalogFailureCode {
  return code.startsWith('catalog.');
}

type AvroFailureCode = Extract<FailureCode, `avro.${string}`>;

function isAvroCode(code: FailureCode): code is AvroFailureCode {
  return code.startsWith('avro.');
}

function isStoreCode(code: FailureCode): code is StoreFailureCode {
  return code.startsWith('store.');
}

interface Facts {
  text(name: string): string | undefined;
  /** The first of the facts that is there: the thing that it happened to. */
  thing(names: readonly string[], otherwise: string): string;
  /** ` (…)`, or nothing. */
  detail: string;
  /** ` in line 3, column 7`, or nothing. */
  place: string;
  /** ` at byte 18,874,368 (block 312)`, or nothing. */
  offset: string;
}

function createFacts({ facts }: FailureData): Facts {
  const text = (name: string): string | undefined => {
    const value = facts[name];
    return value === undefined || value === '' ? undefined : String(value);
  };
  const { line, offset, block } = facts;
  const blockWords = typeof block === 'number' ? ` (block ${formatCount(block)})` : '';
  return {
    text,
    thing: (names, otherwise) => names.map(text).find((found) => found !== undefined) ?? otherwise,
    detail: text('detail') === undefined ? '' : `: ${text('detail') ?? ''}`,
    place: typeof line === 'number' ? ` in line ${formatCount(line)}, column ${text('column') ?? '1'}` : '',
    offset: typeof offset === 'number' ? ` at byte ${formatCount(offset)}${blockWords}` : blockWords,
  };
}

const places = ['uri', 'key', 'path'];

function describeOther(
  code: Exclude<FailureCode, StoreFailureCode | AvroFailureCode | CatalogFailureCode>,
  facts: Facts,
): FailureWords {
  switch (code) {
    case 'cancelled':
      return { message: 'Cancelled.', hint: '' };
    case 'internal':
      return {
        message: `Something went wrong in Data Connect Explorer${facts.detail}.`,
        hint: 'That is a fault of this program, not of the export. Trying again may help; if it does not, report it with these words.',
        remedy: 'showLog',
      };
    case 'ref.noConnection': {
      const connection = facts.text('connection');
      return {
        message: `The connection ${connection === undefined ? 'of this file' : quote(connection)} is no longer there.`,
        hint: 'It was removed, or its entry in the settings cannot be used. Add it again to read from it.',
      };
    }
    case 'ref.unreadable':
      return {
        message: `${quote(facts.thing(['text', ...places], 'This'))} names no place in a bucket${facts.detail}.`,
        hint: 'Use s3://bucket/key, an ARN, or the path of a file.',
      };
    case 'manifest.unreadable':
    case 'report.unreadable':
    case 'definitions.unreadable':
      return describeDocument(code, facts);
    case 'sql.noKey':
      return describeNoKey(facts);
    case 'sql.badName':
      return {
        message: `${quote(facts.text('name') ?? 'This name')} cannot be written in SQL${facts.detail}.`,
        hint: 'No database takes such a name. Choose another table.',
      };
    case 'query.invalid':
      return {
        message: `The filter${facts.text('column') === undefined ? '' : ` on ${facts.text('column') ?? ''}`} cannot be applied${facts.detail}.`,
        hint: 'Change the filter.',
      };
    case 'rows.lost':
      return {
        message: `The data process, which reads the rows, ended unexpectedly${facts.detail}.`,
        hint: 'The bucket is untouched. Trying again starts a new process; if that ends too, report it with these words.',
        remedy: 'retry',
      };
    case 'export.lost':
      return describeLostExport(facts);
    case 'export.cannotWrite':
      return {
        message: `${facts.thing(['path'], 'The file')} could not be written${facts.detail}.`,
        hint: 'Nothing of it was left behind. Check the folder and the space on the disk, or choose another place.',
      };
    case 'sample.cannotWrite':
      return {
        message: `The sample bucket could not be written${facts.detail}.`,
        hint: `Check that there is room and that ${facts.thing(['folder'], 'the folder')} may be written to, then try again.`,
        remedy: 'retry',
      };
  }
}

/** Facts: `path`, `detail`, and `remains` if what was written could not be removed. */
function describeLostExport(facts: Facts): FailureWords {
  const remains = facts.text('remains');
  const left =
    remains === undefined
      ? 'Nothing of it was left behind.'
      : `What there is of it could not be removed: ${remains}.`;
  return {
    message: `The data process ended in the middle of the export${facts.detail}. ${facts.thing(['path'], 'The file')} was not written.`,
    hint: `${left} Trying again starts a new process.`,
    remedy: 'retry',
  };
}

/** A table without the columns that its SQL is made of. Facts: `table`, `kind`, `detail`. */
function describeNoKey(facts: Facts): FailureWords {
  const table = facts.text('table');
  const name = table === undefined ? 'This table' : quote(table);
  if (table === migrationsTable)
    return { message: `${name} maps no users${facts.detail}.`, hint: 'It needs from_user_id and to_user_id.' };
  return facts.text('kind') === 'migrated'
    ? {
        message: `${name} has no users to migrate${facts.detail}.`,
        hint: 'A migrated view needs user_id. Choose a table of users, sessions or events.',
      }
    : {
        message: `${name} has no key to find duplicates by${facts.detail}.`,
        hint: 'Users need user_id, sessions session_id and user_id, events event_id and user_id. Choose a table that has them.',
      };
}

/** What is not in the bucket. Facts: `dump`, `table`. */
function describeCatalog(code: CatalogFailureCode, facts: Facts): FailureWords {
  const dump = facts.text('dump');
  const table = facts.text('table');
  switch (code) {
    case 'catalog.noSuchDump':
      return {
        message: dump === undefined ? 'There is no such sync here.' : `There is no sync of dump ${dump} here.`,
        hint: 'If it was delivered just now, look again. Else check the dump, and that this is the place that holds manifests/ and the folders of the syncs.',
        remedy: 'retry',
      };
    case 'catalog.noEarlierDump':
      return {
        message:
          dump === undefined
            ? 'There are not two dumps with a manifest here to compare.'
            : `Dump ${dump} is the first with a manifest here: there is none before it to compare with.`,
        hint:
          dump === undefined
            ? 'A diff needs two. Look again after the next delivery.'
            : 'A later dump can be compared with it.',
      };
    case 'catalog.noManifest':
      return dump === undefined
        ? {
            message: 'There is no manifest here, and without one no file counts.',
            hint: 'Choose the place that holds manifests/ and the folders of the syncs. In a new export, wait for the first delivery.',
            remedy: 'retry',
          }
        : {
            message: `Dump ${dump} has no manifest yet.`,
            hint: 'Its sync is in progress or has failed: none of its files count until the manifest is there. Look again later.',
            remedy: 'retry',
          };
    case 'catalog.noSuchTable':
      return {
        message: `There is no ${table === undefined ? 'such table' : `table ${quote(table)}`} in ${dump === undefined ? 'any manifest here' : `dump ${dump}`}.`,
        hint: 'Names are compared letter by letter, underscores included. It may be a table that is no longer synced, or not yet.',
      };
  }
}

/** What is wrong with a part. Facts: the part (`uri`, `key` or `path`), `offset`, `block`, `detail`, `codec`, `maxBytes`. */
function describePart(code: AvroFailureCode, facts: Facts): FailureWords {
  const thing = (otherwise: string): string => facts.thing(places, otherwise);
  switch (code) {
    case 'avro.empty':
      return {
        message: `${thing('This part')} is empty: 0 bytes.`,
        hint: 'An Avro file has a header even without rows. The delivery of this part did not finish, or the copy was cut.',
      };
    case 'avro.notAvro':
      return {
        message: `${thing('This file')} is not an Avro file${facts.detail}.`,
        hint: 'Avro files begin with the bytes 4f 62 6a 01. Open it as text to see what it is.',
        remedy: 'openAsText',
      };
    case 'avro.truncated':
      return {
        message: `${thing('This part')} ends too early${facts.offset}${facts.detail}.`,
        hint: 'The copy or the delivery was cut. Compare its size with the original, or copy it again.',
        remedy: 'retry',
      };
    case 'avro.badSchema':
      return {
        message: `The header of ${thing('this part')} cannot be understood${facts.offset}${facts.detail}.`,
        hint: 'Without its schema no row can be read. Other readers will refuse this file too.',
      };
    case 'avro.unknownCodec':
      return {
        message: `${thing('This part')} is compressed with ${quote(facts.text('codec') ?? 'an unknown codec')}, which cannot be read here.`,
        hint: 'Codecs read: null, deflate, snappy, zstandard, bzip2, xz.',
      };
    case 'avro.corruptBlock':
      return {
        message: `${thing('This part')} is damaged${facts.offset}${facts.detail}.`,
        hint: 'Rows before and after the damage are not affected. Compare the file with its original, or copy it again.',
      };
    case 'avro.badSyncMarker':
      return {
        message: `${thing('This part')} is damaged${facts.offset}: the mark that ends a block is wrong.`,
        hint: 'Rows before and after the damage are not affected. Compare the file with its original, or copy it again.',
      };
    case 'avro.tooLarge':
      return {
        message: `${thing('This part')} holds a block that is too large to be unpacked${facts.offset}${facts.detail}.`,
        hint: maxBytesHint(facts.text('maxBytes')),
      };
  }
}

type DocumentFailureCode = 'manifest.unreadable' | 'report.unreadable' | 'definitions.unreadable';

/** A file beside the parts that cannot be read. */
function describeDocument(code: DocumentFailureCode, facts: Facts): FailureWords {
  const thing = (otherwise: string): string => facts.thing(places, otherwise);
  switch (code) {
    case 'manifest.unreadable':
      return unreadable(
        'The manifest',
        thing('of this sync'),
        facts,
        'Until it can be read, nobody knows which files of its sync count; what lies in the folder can be looked at.',
      );
    case 'report.unreadable':
      return unreadable('The sync report', thing(''), facts, 'Open it as text to see what it holds.');
    case 'definitions.unreadable':
      return unreadable('The property definitions', thing(''), facts, 'Open them as text to see what they hold.');
  }
}

function unreadable(what: string, thing: string, facts: Facts, hint: string): FailureWords {
  return {
    message: `${[what, thing].filter((words) => words !== '').join(' ')} cannot be read${facts.place}${facts.detail}.`,
    hint,
    remedy: 'retry',
  };
}

function maxBytesHint(maxBytes: string | undefined): string {
  const limit = maxBytes === undefined ? '' : ` The limit is ${formatCount(Number(maxBytes))} bytes.`;
  return `A damaged or hostile file can claim any size, so there is a limit.${limit}`;
}

function quote(name: string): string {
  return `"${name}"`;
}
