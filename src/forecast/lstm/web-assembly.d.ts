/** What the kernel uses of WebAssembly's JavaScript interface, which the compiler only knows with a browser's types. */
declare namespace WebAssembly {
  class Memory {
    private constructor();
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  type Export = Memory | ((...values: number[]) => unknown);
  interface Module {
    readonly [Symbol.toStringTag]: string;
  }
  const Module: new (bytes: Uint8Array<ArrayBuffer>) => Module;
  class Instance {
    constructor(module: Module);
    readonly exports: Readonly<Record<string, Export>>;
  }
}
