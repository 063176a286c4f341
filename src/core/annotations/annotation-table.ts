import * as z from 'zod';
import { annotationsSchema } from './schema.ts';

export interface AnnotationRow {
  readonly name: string;
  readonly values: string;
  /** Null where leaving the annotation out sets nothing. */
  readonly default: string | null;
  readonly description: string;
}

const metaSchema = z.object({
  values: z.string(),
  default: z.string().nullable(),
  description: z.string(),
});

/** The reference table of annotations, from the schema that reads them, in its order. */
export function annotationTable(): AnnotationRow[] {
  return Object.entries(annotationsSchema.shape).map(([name, schema]) => ({
    name,
    ...metaSchema.parse(schema.meta()),
  }));
}
