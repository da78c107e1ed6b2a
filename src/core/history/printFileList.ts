import { Failure } from '../failure';

/** How a list of files is written down for the tool that it is pasted into. */
export type FileListForm = 'uris' | 'copy-manifest' | 'spark' | 'duckdb';

/** A file of the list: its URI (or path), as `ObjectStore.uri` gives it, and its size. */
export interface ListedFile {
  readonly uri: string;
  readonly bytes: number;
}

/**
 * The files, in the order given, each line ended by a line feed (nothing for no URIs).
 * `uris`: one a line. `copy-manifest`: what Redshift's COPY … MANIFEST reads. `spark`: the argument of `spark.read.format("avro").load`.
 * `duckdb`: a list for a reader such as `read_avro`. Wildcards in names are not escaped for Spark and DuckDB, which differ in how that is done.
 * @throws Failure `ref.unreadable` if the form is `copy-manifest` and a file is not in S3
 */
export function printFileList(form: FileListForm, files: readonly ListedFile[]): string {
  switch (form) {
    case 'uris':
      return files.map(({ uri }) => `${uri}\n`).join('');
    case 'copy-manifest':
      return printCopyManifest(files);
    case 'spark':
      // Python reads each string that JSON can hold.
      return printList(files.map(({ uri }) => JSON.stringify(uri)));
    case 'duckdb':
      return printList(files.map(({ uri }) => `'${uri.replaceAll("'", "''")}'`));
  }
}

/** Whether Redshift can load it: its COPY takes nothing but objects in S3. */
export function isInS3({ uri }: Pick<ListedFile, 'uri'>): boolean {
  return uri.startsWith('s3://');
}

/** Each file is mandatory: a table of which a file is missing is another table. */
function printCopyManifest(files: readonly ListedFile[]): string {
  const other = files.find((file) => !isInS3(file));
  if (other !== undefined)
    throw new Failure('ref.unreadable', {
      uri: other.uri,
      detail: 'A Redshift COPY manifest holds nothing but s3:// URIs.',
    });
  const entries = files.map(({ uri, bytes }) => ({
    url: uri,
    mandatory: true,
    meta: { content_length: bytes },
  }));
  return `${JSON.stringify({ entries }, null, 2)}\n`;
}

function printList(literals: readonly string[]): string {
  return literals.length === 0 ? '[]\n' : `[\n${literals.map((literal) => `  ${literal}`).join(',\n')}\n]\n`;
}
