/** A part of WebAssembly taken away, as engines and policies do. */

const whole = WebAssembly;

function forbidden(): never {
  throw new whole.CompileError("WebAssembly.Module(): Wasm code generation disallowed by embedder");
}

export function cripple(what: string | undefined): void {
  if (what === "nothing") Reflect.deleteProperty(globalThis, "WebAssembly");
  if (what === "scalars") {
    // Modules with vectors, whose instructions begin with 0xfd, are refused.
    const hasVectors = (bytes: Uint8Array): boolean => bytes.includes(0xfd);
    whole.validate = (bytes) => !hasVectors(bytes as Uint8Array);
    const { Module } = whole;
    Object.assign(whole, {
      Module: class extends Module {
        constructor(bytes: Uint8Array<ArrayBuffer>) {
          if (hasVectors(bytes))
            throw new whole.CompileError("WebAssembly.Module(): SIMD unsupported");
          super(bytes);
        }
      },
    });
  }
  if (what === "policy") {
    Object.assign(whole, {
      Module: forbidden,
      compile: () => Promise.reject(new whole.CompileError("disallowed by embedder")),
      instantiate: () => Promise.reject(new whole.CompileError("disallowed by embedder")),
    });
  }
}
