/** Work at most this long before letting requests in. */
const usualSliceMs = 8;

/** Gives a function to be called between pieces of work: now and then it lets everything else have a turn, and says so by `true`. */
export function createBreather(sliceMs = usualSliceMs): () => Promise<boolean> | false {
  let sliceStart = performance.now();
  return () => {
    if (performance.now() - sliceStart < sliceMs) return false;
    return new Promise((resolve) => {
      setImmediate(() => {
        sliceStart = performance.now();
        resolve(true);
      });
    });
  };
}
