import * as z from 'zod';

const resources = z.object({ cpu: z.string().optional(), memory: z.string().optional() }).nullish();
const map = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});

/** A function as the gateway tells it. Go leaves zero and empty fields out. */
export const gatewayFunctionSchema = z.object({
  name: z.string().min(1),
  image: z.string().default(''),
  namespace: z.string().default(''),
  envProcess: z.string().default(''),
  /** The local platform tells it; the gateway of OpenFaaS does not. */
  envVars: map,
  /** As `envVars`. */
  secrets: z
    .array(z.string())
    .nullish()
    .transform((value) => value ?? []),
  labels: map,
  annotations: map,
  limits: resources,
  requests: resources,
  replicas: z.number().default(0),
  availableReplicas: z.number().default(0),
  invocationCount: z.number().default(0),
  createdAt: z.string().optional(),
});

export const gatewayFunctionsSchema = z.array(gatewayFunctionSchema).nullable();

export const gatewayInfoSchema = z.looseObject({
  provider: z.looseObject({ provider: z.string(), orchestration: z.string().optional() }),
  version: z.looseObject({ release: z.string(), sha: z.string() }).optional(),
  arch: z.string().optional(),
});

export type GatewayFunction = z.infer<typeof gatewayFunctionSchema>;
export type GatewayInfo = z.infer<typeof gatewayInfoSchema>;

/** The body of a deployment, field for field as faas-cli sends it (faas-provider, types.FunctionDeployment). */
export interface DeployBody {
  readonly service: string;
  readonly image: string;
  readonly namespace?: string;
  readonly envProcess?: string;
  readonly envVars?: Readonly<Record<string, string>>;
  readonly constraints?: readonly string[];
  readonly secrets?: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly limits?: { readonly memory?: string; readonly cpu?: string };
  readonly requests?: { readonly memory?: string; readonly cpu?: string };
  readonly readOnlyRootFilesystem?: true;
}

/** A secret's value: text, or bytes. */
export interface SecretBody {
  readonly name: string;
  readonly namespace?: string;
  readonly value: string | Uint8Array;
}
