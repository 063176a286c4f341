import type { JsonObject } from './json.ts';

/** Which resource an answer is about; group '' is the core group. */
export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

/** A field that validation refused, worded as k8s.io/apimachinery/pkg/util/validation/field does. */
export interface FieldError {
  readonly type: 'FieldValueInvalid' | 'FieldValueForbidden' | 'FieldValueRequired' | 'FieldValueTooLong';
  readonly field: string;
  readonly body: string;
}

export function invalidField(field: string, value: string, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, body: `Invalid value: ${JSON.stringify(value)}: ${detail}` };
}

export function forbiddenField(field: string, detail: string): FieldError {
  return { type: 'FieldValueForbidden', field, body: `Forbidden: ${detail}` };
}

export function requiredField(field: string, detail: string): FieldError {
  return {
    type: 'FieldValueRequired',
    field,
    body: detail === '' ? 'Required value' : `Required value: ${detail}`,
  };
}

export function tooLongField(field: string, maxBytes: number): FieldError {
  return { type: 'FieldValueTooLong', field, body: `Too long: may not be more than ${maxBytes} bytes` };
}

/** A refusal as the API server words it: becomes a `Status` object on the wire. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly code: number;
  readonly reason: string;
  readonly details: JsonObject;

  constructor(code: number, reason: string, message: string, details: JsonObject = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  toJson(): JsonObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(Object.keys(this.details).length > 0 && { details: this.details }),
      code: this.code,
    };
  }
}

function qualified(about: GroupResource): string {
  return about.group === '' ? about.resource : `${about.resource}.${about.group}`;
}

function details(about: GroupResource, name: string): JsonObject {
  return {
    ...(name !== '' && { name }),
    ...(about.group !== '' && { group: about.group }),
    ...(about.resource !== '' && { kind: about.resource }),
  };
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function unauthorized(): StatusError {
  return new StatusError(401, 'Unauthorized', 'Unauthorized');
}

export function forbidden(about: GroupResource, name: string, cause: string): StatusError {
  const subject =
    about.resource === '' ? 'forbidden' : `${qualified(about)}${name && ` "${name}"`} is forbidden`;
  return new StatusError(403, 'Forbidden', `${subject}: ${cause}`, details(about, name));
}

/** No such object. */
export function notFound(about: GroupResource, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${qualified(about)} "${name}" not found`, details(about, name));
}

/** No such route. */
export function unknownRoute(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource');
}

export function methodNotAllowed(): StatusError {
  return new StatusError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
  );
}

export function notAcceptable(): StatusError {
  return new StatusError(
    406,
    'NotAcceptable',
    'only the following media types are accepted: application/json',
  );
}

export function alreadyExists(about: GroupResource, name: string): StatusError {
  return new StatusError(
    409,
    'AlreadyExists',
    `${qualified(about)} "${name}" already exists`,
    details(about, name),
  );
}

export function conflict(about: GroupResource, name: string, cause: string): StatusError {
  return new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(about)} "${name}": ${cause}`,
    details(about, name),
  );
}

export const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again';

export function tooLarge(limitBytes: number): StatusError {
  return new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limitBytes}`);
}

export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  return new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
}

export function invalid(kind: string, name: string, errors: readonly FieldError[]): StatusError {
  const texts = errors.map((error) => `${error.field}: ${error.body}`);
  const list = texts.length === 1 ? texts.join('') : `[${texts.join(', ')}]`;
  return new StatusError(422, 'Invalid', `${kind} "${name}" is invalid: ${list}`, {
    name,
    kind,
    causes: errors.map((error) => ({ reason: error.type, message: error.body, field: error.field })),
  });
}

/** A pod that the platform refuses in its own words, which may be the API server's already. */
export function refusedPod(name: string, message: string): StatusError {
  const prefix = `Pod "${name}" is invalid: `;
  const text = message.startsWith(prefix) ? message : `${prefix}spec: Forbidden: ${message}`;
  return new StatusError(422, 'Invalid', text, { name, kind: 'Pod' });
}

/** A JSON patch that is well formed but does not fit the object. */
export function unprocessable(message: string): StatusError {
  return new StatusError(
    422,
    'Invalid',
    `the server rejected our request due to an error in our request: ${message}`,
  );
}

export function serviceUnavailable(message: string): StatusError {
  return new StatusError(503, 'ServiceUnavailable', message);
}

export function internalError(): StatusError {
  return new StatusError(500, 'InternalError', 'Internal error occurred; the log of the platform says more');
}
