import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { isFailure } from '../../../../src/core/failure';
import { printFileList, type FileListForm } from '../../../../src/core/history/printFileList';

const files = [
  { uri: 's3://acme/sync_1240/_heap_table_name=pageviews/part-00000-4fec-c000.avro', bytes: 27_262_976 },
  { uri: `s3://acme/sync_1241/_heap_table_name=o'clock "now"/part-00001-\\t-c000.avro`, bytes: 1 },
  { uri: 's3://acme/sync_1241/_heap_table_name=naïve 日本 🦊/part-00002-4fec-c000.avro', bytes: 2 ** 41 + 1 },
];

describe('a list of files', () => {
  it.each([
    ['uris', 'txt'],
    ['copy-manifest', 'json'],
    ['spark', 'py'],
    ['duckdb', 'sql'],
  ] satisfies [FileListForm, string][])('is written as %s', async (form, extension) => {
    await expect(printFileList(form, files)).toMatchFileSnapshot(`../../../golden/core/files-${form}.${extension}`);
  });

  it('keeps every size and name in the COPY manifest', () => {
    const { entries } = JSON.parse(printFileList('copy-manifest', files)) as {
      entries: { url: string; mandatory: boolean; meta: { content_length: number } }[];
    };
    expect(entries.map(({ url, meta }) => ({ uri: url, bytes: meta.content_length }))).toEqual(files);
    expect(entries.every(({ mandatory }) => mandatory)).toBe(true);
  });

  it('refuses a COPY manifest of files that are not in S3, and names one', () => {
    const local = { uri: '/exports/part-00000.avro', bytes: 3 };
    let thrown: unknown;
    try {
      printFileList('copy-manifest', [...files, local]);
    } catch (error) {
      thrown = error;
    }
    expect(isFailure(thrown, 'ref.unreadable')).toBe(true);
    expect(printFileList('spark', [local])).toBe('[\n  "/exports/part-00000.avro"\n]\n');
  });

  it('is an empty list where there is no file', () => {
    expect(printFileList('uris', [])).toBe('');
    expect(printFileList('spark', [])).toBe('[]\n');
    expect(printFileList('duckdb', [])).toBe('[]\n');
    expect(JSON.parse(printFileList('copy-manifest', []))).toEqual({ entries: [] });
  });
});

describe.runIf(hasPython())('the list for Spark', () => {
  it('is a list of the same names to Python', () => {
    const program = 'import ast,json,sys; print(json.dumps(ast.literal_eval(sys.stdin.read())))';
    const read = execFileSync('python3', ['-c', program], {
      input: printFileList('spark', files),
      encoding: 'utf8',
    });
    expect(JSON.parse(read)).toEqual(files.map(({ uri }) => uri));
  });
});

function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
