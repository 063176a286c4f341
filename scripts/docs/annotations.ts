import { annotationTable } from '#core/annotations/annotation-table.ts';
import { code, markdownTable } from './markdown-table.ts';

/** Every annotation, from the schema that reads them. */
export function annotationsSection(): string {
  const rows = annotationTable().map(({ name, values, default: preset, description }) => [
    code(name),
    values,
    code(preset ?? ''),
    description,
  ]);
  return markdownTable(['annotation', 'values', 'default', ''], rows);
}
