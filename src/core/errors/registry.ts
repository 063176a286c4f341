/** What a reader of an error needs beside its message: the HTTP status and exit code it becomes, and the remedy. */
export interface ErrorKind {
  readonly status: number;
  readonly exitCode: number;
  readonly remedy: string;
}

const kind = (status: number, exitCode: number, remedy: string): ErrorKind => ({ status, exitCode, remedy });

/** Every error Foresize raises on purpose, by its stable code, in alphabetical order. Exit codes: 1 failed, 2 wrong input. */
export const ERRORS = {
  'annotation-invalid': kind(
    400,
    2,
    'Correct the annotation in stack.yml and deploy again; until then the function is skipped.',
  ),
  'backtest-invalid': kind(400, 2, '`foresize backtest --help` shows what is accepted.'),
  'bundle-failed': kind(400, 2, 'Correct the source that the message names.'),
  'bundle-unwritable': kind(
    500,
    1,
    'Make room, correct the permissions, or choose another directory: `foresize up --directory PATH`.',
  ),
  'callback-failed': kind(422, 1, 'predict-resources failed; see its log for the call named by X-Call-Id.'),
  'checkpoint-invalid': kind(
    400,
    2,
    'Remove the named file to train from the beginning, or train with what it was begun with.',
  ),
  'configuration-invalid': kind(500, 2, 'Correct the named environment variable and restart.'),
  'csv-invalid': kind(
    400,
    2,
    'Send columns Time (Unix ms), mem_usage (bytes), cpu_usage (cores) and, if known, invocations.',
  ),
  'cycle-store-missing': kind(
    503,
    1,
    'Create the ConfigMap foresize-cycle: deploy/ does it on a cluster, `foresize up` on the local platform.',
  ),
  'data-invalid': kind(
    400,
    2,
    'Correct what the message names; `foresize describe --help` says which data can be read.',
  ),
  'data-too-short': kind(400, 2, 'Give more data, or data with fewer gaps.'),
  'duration-invalid': kind(400, 2, 'Write a duration as 15s, 1m30s, 1h or 8d.'),
  'exposition-invalid': kind(502, 1, 'Check that the address serves the Prometheus text format.'),
  'function-exists': kind(
    500,
    1,
    'Update it instead (PUT), or remove it first: faas-cli deploy does so by itself.',
  ),
  'function-invalid': kind(400, 2, 'Correct the named field in stack.yml and deploy again.'),
  'function-not-found': kind(404, 1, 'faas-cli list shows what is deployed, and in which namespace.'),
  'gateway-refused': kind(502, 1, 'Correct what the gateway names and try again.'),
  'gateway-unavailable': kind(502, 1, "Check the gateway's address and that it is running."),
  'gateway-update-unsafe': kind(
    409,
    2,
    'Bring stack.yml and what runs together (faas-cli deploy), or accept what would be lost with GATEWAY_ACCEPT.',
  ),
  'hop-failed': kind(502, 1, 'See the log of the named function.'),
  'http-failed': kind(502, 1, 'Check that the named address is right, up and reachable from here.'),
  'http-refused': kind(
    502,
    1,
    'Check the credentials and rights of the caller, and the log of the server named.',
  ),
  'http-too-large': kind(
    502,
    1,
    'Check that the address is the right one; it answers far more than it should.',
  ),
  'identity-missing': kind(
    500,
    2,
    'Create the identity secret and name it under `secrets` of the function in stack.yml, then deploy again.',
  ),
  'image-unknown': kind(400, 2, 'Name an image that the local platform has built: those of stack.yml.'),
  'key-invalid': kind(
    500,
    2,
    'Make the secret foresize-key again: base64 of 32 random bytes, one key a line.',
  ),
  'kubernetes-refused': kind(
    502,
    1,
    'Grant the identity the named right (deploy/ has the roles), or correct what the API server names.',
  ),
  'kubernetes-unavailable': kind(502, 1, "Check the API server's address, its CA and that it is running."),
  'load-invalid': kind(400, 2, '`foresize invoke --help` shows what is accepted.'),
  'load-target-unknown': kind(
    400,
    2,
    'Name a function of the stack with --load, or send no load: --no-load.',
  ),
  'message-invalid': kind(400, 2, 'Send the message as docs/openapi.json describes it.'),
  'message-repeated': kind(409, 1, 'Nothing to do: this cycle, or a later one, has been applied already.'),
  'message-stale': kind(409, 1, 'Synchronise the clocks of caller and callee, or send a fresh message.'),
  'model-invalid': kind(
    500,
    2,
    'Train the model again, or copy its whole folder again: model.json, weights.bin and what lies beside them.',
  ),
  'model-missing': kind(500, 2, 'Name the folder of a trained model; `foresize train` makes one.'),
  'model-unwritable': kind(
    500,
    1,
    'Make room, correct the permissions, or choose another folder: --out PATH.',
  ),
  'namespace-exists': kind(409, 1, 'Nothing to do, or choose another name.'),
  'namespace-invalid': kind(400, 2, 'Create the namespace first: faas-cli namespace create NAME.'),
  'namespace-not-found': kind(404, 1, 'faas-cli namespace list shows what there is.'),
  'no-ready-replica': kind(
    503,
    1,
    'Wait until the function is ready, or see faas-cli logs for why it is not.',
  ),
  'platform-running': kind(
    500,
    1,
    'Stop the other platform first, or give this one a directory of its own: `foresize up --directory PATH`.',
  ),
  'pod-not-found': kind(404, 1, 'kubectl get pods shows what there is.'),
  'port-in-use': kind(
    500,
    1,
    'End what listens there, or choose other ports: `foresize up` has --port and --metrics-port.',
  ),
  'quantity-invalid': kind(400, 2, 'Write CPU as 100m or 0.5, memory as 40Mi or 64M.'),
  'query-invalid': kind(
    400,
    2,
    'Ask with ?forecaster=NAME&horizon=DURATION, or leave them out: the best forecaster on the history, 75 s.',
  ),
  'queue-full': kind(503, 1, 'Send the call again later, or fewer at a time.'),
  'queue-message-too-large': kind(
    413,
    2,
    'Send less: NATS carries at most 1 MB, headers and base64 of the body included.',
  ),
  'recording-empty': kind(
    404,
    1,
    'Check namespace, names and times, and that this Prometheus scrapes cAdvisor; see --container-labels and --queries.',
  ),
  'recording-mismatch': kind(400, 2, 'Record into another folder, or give the options it was begun with.'),
  'reference-changed': kind(
    502,
    1,
    'Check the address; the published files are those of the repository and commit in training/data/README.md.',
  ),
  'request-invalid': kind(400, 2, 'Send what the message names.'),
  'resize-refused': kind(422, 1, 'Ask for resources that the message allows.'),
  'schedule-invalid': kind(
    400,
    2,
    'Write five fields such as */5 * * * *, or @hourly, or @every 15s; CRON_TZ=Europe/Berlin may stand before.',
  ),
  'secret-exists': kind(409, 1, 'Update it instead: faas-cli secret update.'),
  'secret-invalid': kind(400, 2, 'Name a secret in lower-case letters, digits, - and ., at most 253.'),
  'secret-missing': kind(
    500,
    2,
    'Create the secret with faas-cli secret create and name it under secrets: in stack.yml.',
  ),
  'secret-not-found': kind(404, 1, 'faas-cli secret list shows what there is.'),
  'signature-invalid': kind(
    401,
    1,
    'Both ends must mount the same foresize-key and have the same INSTALLATION.',
  ),
  'signature-missing': kind(401, 1, 'Only messages signed with foresize-key are carried out.'),
  'source-unavailable': kind(503, 1, 'Check that the named address is up and that the identity may read it.'),
  'stack-edit-refused': kind(
    400,
    2,
    "Write the value into the function's own block of stack.yml as a plain quantity, or set it where the variable comes from.",
  ),
  'stack-invalid': kind(400, 2, 'Correct the named field of stack.yml.'),
  'stack-unreadable': kind(400, 2, 'Check the path and its permissions.'),
  'state-conflict': kind(
    409,
    1,
    'Nothing to do: another writer was first; the next cycle reads the new state.',
  ),
  'training-failed': kind(500, 1, 'Look at the data for values far outside the others, and train again.'),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;
