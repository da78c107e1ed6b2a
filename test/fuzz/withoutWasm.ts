/** Runs as where WebAssembly is not allowed: what is for it is read by the engine in TypeScript. Nothing else may run meanwhile. */
export async function withoutWasm<Result>(run: () => Promise<Result>): Promise<Result> {
  const { WebAssembly: kept } = globalThis;
  Reflect.deleteProperty(globalThis, 'WebAssembly');
  try {
    return await run();
  } finally {
    Object.defineProperty(globalThis, 'WebAssembly', { value: kept, configurable: true, writable: true });
  }
}
