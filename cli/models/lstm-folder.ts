import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TRAINED = 'models/lstm';
const SHIPPED = fileURLToPath(new URL('../../functions/predict-resources/model', import.meta.url));

/** The network that commands use unless told another: as `foresize train lstm` leaves it, else the one shipped. */
export function lstmFolder(): string {
  return existsSync(join(TRAINED, 'model.json')) ? TRAINED : SHIPPED;
}
