import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ensureDebianPackages } from '../../harness/debian.mjs';
import { isOnPath, runOrFail } from '../../harness/run.mjs';

/** What a writer in another language is asked to do; see its source beside this file. */
export interface WriterPlan {
  readonly tables: readonly { readonly schema: string; readonly rows: readonly unknown[] }[];
  readonly jobs: readonly {
    /** Number of the table. */
    readonly table: number;
    readonly codec: string;
    readonly blockBytes: number;
    readonly file: string;
    /** Where what its own reader gives goes: JSON lines. */
    readonly back: string;
  }[];
}

interface Writer {
  readonly packages: readonly string[];
  /** What must be there when the packages are. */
  readonly files: readonly string[];
  readonly programs: readonly string[];
}

const jars = [
  'avro',
  'avro-guava-dependencies',
  'jackson-core-asl',
  'jackson-mapper-asl',
  'slf4j-api',
  'slf4j-nop',
  'snappy-java',
  'commons-compress',
  'xz',
].map((name) => `/usr/share/java/${name}.jar`);
const python = '/usr/bin/python3';

const writers = {
  java: { packages: ['libavro-java', 'openjdk-17-jdk-headless'], files: jars, programs: ['java', 'javac'] },
  python: {
    packages: ['python3-avro', 'python3-snappy', 'python3-zstandard'],
    files: [python, '/usr/lib/python3/dist-packages/avro'],
    programs: [],
  },
  c: { packages: ['avro-bin'], files: [], programs: ['avromod', 'avrocat'] },
} as const satisfies Record<string, Writer>;

/** Why there is no such writer here, in one sentence; `undefined` if there is one. In CI that is an error. */
export async function whyNoWriter(name: keyof typeof writers): Promise<string | undefined> {
  const reason = await lacking(name);
  if (reason !== undefined && process.env['CI'] === 'true') throw new Error(`In CI nothing is skipped. ${reason}`);
  return reason;
}

async function lacking(name: keyof typeof writers): Promise<string | undefined> {
  const { packages }: Writer = writers[name];
  if ((await missing(name)).length === 0) return undefined;
  try {
    await ensureDebianPackages(packages);
  } catch (error) {
    return `Not installed, and it cannot be: ${packages.join(', ')} (${(error as Error).message.split('\n')[0] ?? ''}).`;
  }
  const left = await missing(name);
  return left.length === 0 ? undefined : `Missing: ${left.join(', ')} (Debian: ${packages.join(', ')}).`;
}

async function missing(name: keyof typeof writers): Promise<string[]> {
  const { files, programs }: Writer = writers[name];
  const found = await Promise.all(programs.map((program) => isOnPath(program)));
  return [...files.filter((file) => !existsSync(file)), ...programs.filter((_, index) => !found[index])];
}

const here = import.meta.dirname;

export async function runJava(plan: string): Promise<void> {
  await runOrFail('java', ['-Xshare:auto', '-cp', jars.join(':'), path.join(here, 'WriteAvro.java'), plan]);
}

export async function runPython(plan: string): Promise<void> {
  await runOrFail(python, [path.join(here, 'write_avro.py'), plan], { env: { PYTHONDONTWRITEBYTECODE: '1' } });
}
