import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson, type JsonObject } from './json.ts';
import { readFileIfThere, writePrivateFile } from './private-files.ts';
import type { Persistence } from './stored-objects.ts';

const savedSchema = z.object({
  kind: z.literal('ConfigMap'),
  apiVersion: z.literal('v1'),
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    resourceVersion: z.string().regex(/^\d+$/),
    creationTimestamp: z.string(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  data: z.record(z.string(), z.string()).optional(),
  binaryData: z.record(z.string(), z.string()).optional(),
  immutable: z.boolean().optional(),
});

/**
 * ConfigMaps as files `NAMESPACE/NAME.json` of a directory. Names have been checked to be DNS names: they cannot lead
 * out of it.
 */
export function configMapFiles(directory: string): Persistence {
  return {
    save: (object) => {
      const { metadata } = savedSchema.parse(object);
      mkdirSync(join(directory, metadata.namespace), { recursive: true, mode: 0o700 });
      writePrivateFile(pathOf(directory, metadata.namespace, metadata.name), JSON.stringify(object));
    },
    remove: (namespace, name) => {
      rmSync(pathOf(directory, namespace, name), { force: true });
    },
  };
}

/** What was kept; `onDamaged` hears of files that are no ConfigMap, which stay where they are. */
export function loadConfigMaps(directory: string, onDamaged: (path: string) => void): JsonObject[] {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .sort()
    .flatMap<JsonObject>((path) => {
      const kept = parseSaved(readFileIfThere(join(directory, path)));
      if (!kept) onDamaged(join(directory, path));
      return kept ?? [];
    });
}

function parseSaved(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  try {
    const parsed: JsonObject = z.record(z.string(), z.json()).parse(parseJson(text));
    return savedSchema.safeParse(parsed).success ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function pathOf(directory: string, namespace: string, name: string): string {
  return join(directory, namespace, `${name}.json`);
}
