/** Values under a bound of bytes; the one used longest ago goes first. */
export class ByteCache<T> {
  private readonly maxBytes: number;
  private readonly entries = new Map<number, { readonly value: T; readonly bytes: number }>();
  private bytes = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get(key: number): T | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  has(key: number): boolean {
    return this.entries.has(key);
  }

  /** Bytes kept. */
  get size(): number {
    return this.bytes;
  }

  /** True if so many bytes can be added without anything else having to go. */
  hasRoom(bytes: number): boolean {
    return this.bytes + bytes <= this.maxBytes;
  }

  /** The newest entry stays even if it alone is over the bound. */
  set(key: number, value: T, bytes: number): void {
    this.delete(key);
    this.entries.set(key, { value, bytes });
    this.bytes += bytes;
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= this.maxBytes || oldest === key) break;
      this.delete(oldest);
    }
  }

  clear(): void {
    this.entries.clear();
    this.bytes = 0;
  }

  private delete(key: number): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    this.bytes -= entry.bytes;
  }
}
