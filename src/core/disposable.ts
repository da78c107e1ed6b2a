export interface Disposable {
  dispose(): void;
}

/** Stores that were made and not yet disposed. The tests hold it at zero: whatever is made is ended. */
let openStores = 0;
export function openStoreCount(): number {
  return openStores;
}

/** Owns what is added to it, and ends it in reverse order. What is added after the end is ended at once. */
export class DisposableStore implements Disposable {
  private readonly items: Disposable[] = [];
  private isDisposed = false;

  constructor() {
    openStores++;
  }

  add<T extends Disposable>(item: T): T {
    if (this.isDisposed) item.dispose();
    else this.items.push(item);
    return item;
  }

  /** Ends everything, also when one of the items throws; then throws what they threw. */
  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    openStores--;
    const errors: unknown[] = [];
    for (const item of this.items.reverse()) {
      try {
        item.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    this.items.length = 0;
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, 'errors while disposing');
  }
}
