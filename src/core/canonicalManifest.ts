import { printCanonicalJson } from './json';
import { comparePartFiles } from './objectKey';
import type { Manifest, ManifestFile } from './manifest';

/**
 * A manifest as text that differs only where manifests differ in substance: tables and columns sorted by name, files in
 * part order, one a line, by their keys under the opened root (which bucket they are listed in makes no difference).
 * It is JSON; dump ids beyond 2^53 are exact.
 */
export function printCanonicalManifest(manifest: Manifest): string {
  const tables = [...manifest.tables]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, incremental, columns, files }) => ({
      name,
      ...(incremental === undefined ? {} : { incremental }),
      ...(columns === undefined ? {} : { columns: [...columns].sort() }),
      files: [...files].sort(compareFiles).map((file) => file.key ?? file.uri),
    }));
  const { dump, propertyDefinitions } = manifest;
  const value = {
    dump_id: dump,
    ...(propertyDefinitions === undefined ? {} : { property_definitions: propertyDefinitions }),
    tables,
  };
  return `${printCanonicalJson(value)}\n`;
}

function compareFiles(a: ManifestFile, b: ManifestFile): number {
  const left = a.key ?? a.uri;
  const right = b.key ?? b.uri;
  const byPart = comparePartFiles(left.slice(left.lastIndexOf('/') + 1), right.slice(right.lastIndexOf('/') + 1));
  return byPart || (left < right ? -1 : left > right ? 1 : 0);
}
