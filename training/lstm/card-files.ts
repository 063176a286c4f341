import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import { writeFolder } from '../model-folder/write-folder.ts';
import { type Card, cardSchema } from './card-schema.ts';
import { modelCardText } from './model-card.ts';

/** A card as the two files of a model's folder. */
export function cardFiles(card: Card): Readonly<Record<'card.json' | 'MODEL_CARD.md', string>> {
  return {
    'card.json': `${JSON.stringify(card, null, 2)}\n`,
    'MODEL_CARD.md': modelCardText(card),
  };
}

/** Throws `model-missing` and `model-invalid`. */
export async function readCard(folder: string): Promise<Card> {
  const path = join(folder, 'card.json');
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ForesizeError('model-missing', `${folder} has no card: ${reason}`, { cause });
  });
  const { data, error } = cardSchema.safeParse(parseJson(path, text));
  if (data !== undefined) return data;
  throw new ForesizeError('model-invalid', `${path} is not a card: ${z.prettifyError(error)}`);
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ForesizeError('model-invalid', `${path} is not JSON: ${String(cause)}`, { cause });
  }
}

/** Writes a changed card into the folder of its model; all other files stay. Throws `model-unwritable`. */
export async function replaceCard(folder: string, card: Card): Promise<void> {
  const files: Record<string, string | Uint8Array> = {};
  for (const name of await readdir(folder)) files[name] = await readFile(join(folder, name));
  await writeFolder(folder, { ...files, ...cardFiles(card) });
}
