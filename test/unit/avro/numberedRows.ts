import { block, type CodecName, encoders, header, sized, varint } from './container';

/** Part files of rows that tell their number, of any size. */

export const schema = {
  type: 'record',
  name: 'R',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'text', type: 'string' },
  ],
};
const filler = 'abcdefghij'.repeat(20);

/** A row with a text of so many characters behind its number. */
export const rowBytes = (row: number, size = 200): Buffer =>
  Buffer.concat([varint(row), sized(`${row} ${filler.repeat(Math.ceil(size / 200)).slice(0, size)}`)]);

/** A block of rows, numbered from `first` on. */
export function blockOf(first: number, rows: number, codec: CodecName, size = 200): Buffer {
  const data = Buffer.concat(Array.from({ length: rows }, (_, row) => rowBytes(first + row, size)));
  return block(encoders[codec](data), rows);
}

/** `blocks` blocks of `rows` rows each, numbered through. */
export function numbered(blocks: number, rows: number, codec: CodecName = 'null', size = 200): Buffer {
  return Buffer.concat([
    header(schema, codec),
    ...Array.from({ length: blocks }, (_, b) => blockOf(b * rows, rows, codec, size)),
  ]);
}
