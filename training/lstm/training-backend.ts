import { type Backend, type BackendName, chooseBackend, loadBackend } from '#forecast/backend.ts';

/** The backend that was asked for, or the first that works of native, WebAssembly and plain JavaScript. */
export async function trainingBackend(name: BackendName | undefined): Promise<Pick<Backend, 'tf' | 'why'>> {
  if (name === undefined) return chooseBackend('training');
  return { tf: await loadBackend(name), why: `${name} was asked for` };
}
