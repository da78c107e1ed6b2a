const form = /\.partial-[\da-f]{12}$/;

/** Where a file is written until all of it is there: beside its place. `id`: 12 hexadecimal digits, new each time. */
export function partialPath(path: string, id: string): string {
  return `${path}.partial-${id}`;
}

/** True for a path that `partialPath` gave. */
export function isPartialPath(path: string): boolean {
  return form.test(path);
}
