/**
 * Imported just before the package, which takes hold of the console's methods as it is loaded and writes its
 * optimiser's troubles there: a command's answer goes to the same stdout. It gets methods that do nothing; everybody
 * else has theirs back when the imports are over, even if one of them failed.
 */
const { console } = globalThis;
const silent = (): void => undefined;
Object.assign(globalThis, { console: { ...console, log: silent, warn: silent, error: silent } });
queueMicrotask(() => {
  Object.assign(globalThis, { console });
});
