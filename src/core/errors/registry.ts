/** What a reader of an error needs beside its message: the HTTP status and exit code it becomes, and these texts. */
export interface ErrorKind {
  readonly status: number;
  readonly exitCode: number;
  /** What happened, for any of its messages. */
  readonly meaning: string;
  /** What to do about it. */
  readonly remedy: string;
}

const kind = (status: number, exitCode: number, meaning: string, remedy: string): ErrorKind => ({
  status,
  exitCode,
  meaning,
  remedy,
});

/** Every error Foresize raises on purpose, by its stable code, in alphabetical order. Exit codes: 1 failed, 2 wrong input. */
export const ERRORS = {
  'annotation-invalid': kind(
    400,
    2,
    'A foresize/ annotation has a value that it cannot have, or a name that there is not.',
    'Correct the annotation in stack.yml and deploy again; until then the function is skipped.',
  ),
  'backtest-invalid': kind(
    400,
    2,
    'An option of foresize backtest has a value that it cannot have.',
    '`foresize backtest --help` shows what is accepted.',
  ),
  'bundle-failed': kind(
    400,
    2,
    "A function's source cannot be bundled.",
    'Correct the source that the message names.',
  ),
  'bundle-unwritable': kind(
    500,
    1,
    "A function's bundle cannot be written where it belongs.",
    'Make room, correct the permissions, or choose another directory: `foresize up --directory PATH`.',
  ),
  'callback-failed': kind(
    422,
    1,
    'The queue called back with the answer of a call that had failed.',
    'predict-resources failed; see its log for the call named by X-Call-Id.',
  ),
  'checkpoint-invalid': kind(
    400,
    2,
    'The checkpoint of a training that was cut off cannot be gone on from.',
    'Remove the named file to train from the beginning, or train with what it was begun with.',
  ),
  'configuration-invalid': kind(
    500,
    2,
    'An environment variable has a value that it cannot have.',
    'Correct the named environment variable and restart.',
  ),
  'csv-invalid': kind(
    400,
    2,
    'The CSV lacks a column, or holds a value that is none.',
    'Send columns Time (Unix ms), mem_usage (bytes), cpu_usage (cores) and, if known, invocations.',
  ),
  'cycle-store-missing': kind(
    503,
    1,
    'The ConfigMap in which cycles are claimed is not there.',
    'Create the ConfigMap foresize-cycle: deploy/ does it on a cluster, `foresize up` on the local platform.',
  ),
  'data-invalid': kind(
    400,
    2,
    'A file of data cannot be read as what it should be.',
    'Correct what the message names; `foresize describe --help` says which data can be read.',
  ),
  'data-too-short': kind(
    400,
    2,
    'There is too little data for what was asked.',
    'Give more data, or data with fewer gaps.',
  ),
  'duration-invalid': kind(
    400,
    2,
    'A duration is not written as one.',
    'Write a duration as 15s, 1m30s, 1h or 8d.',
  ),
  'exposition-invalid': kind(
    502,
    1,
    'An endpoint of metrics answers something else than metrics.',
    'Check that the address serves the Prometheus text format.',
  ),
  'function-exists': kind(
    500,
    1,
    'A function of this name is deployed already.',
    'Update it instead (PUT), or remove it first: faas-cli deploy does so by itself.',
  ),
  'function-invalid': kind(
    400,
    2,
    'A function is described by a field that it cannot have.',
    'Correct the named field in stack.yml and deploy again.',
  ),
  'function-not-found': kind(
    404,
    1,
    'There is no function of this name.',
    'faas-cli list shows what is deployed, and in which namespace.',
  ),
  'gateway-refused': kind(
    502,
    1,
    'The OpenFaaS gateway refused a request, or answered what it should not.',
    'Correct what the gateway names and try again.',
  ),
  'gateway-unavailable': kind(
    502,
    1,
    'The OpenFaaS gateway did not answer.',
    "Check the gateway's address and that it is running.",
  ),
  'gateway-update-unsafe': kind(
    409,
    2,
    'A deploy through the gateway would lose something that the function has now.',
    'Bring stack.yml and what runs together (faas-cli deploy), or accept what would be lost with GATEWAY_ACCEPT.',
  ),
  'hop-failed': kind(
    502,
    1,
    'One function of the chain got no usable answer from the next.',
    'See the log of the named function.',
  ),
  'http-failed': kind(
    502,
    1,
    'An address did not answer.',
    'Check that the named address is right, up and reachable from here.',
  ),
  'http-refused': kind(
    502,
    1,
    'A server answered with an error.',
    'Check the credentials and rights of the caller, and the log of the server named.',
  ),
  'http-too-large': kind(
    502,
    1,
    'A server answered more than is read.',
    'Check that the address is the right one; it answers far more than it should.',
  ),
  'identity-missing': kind(
    500,
    2,
    'There is nothing to log in to the cluster with: no token is mounted in the function.',
    'Create the identity secret and name it under `secrets` of the function in stack.yml, then deploy again.',
  ),
  'image-unknown': kind(
    400,
    2,
    'The local platform was asked for an image that it has not built.',
    'Name an image that the local platform has built: those of stack.yml.',
  ),
  'key-invalid': kind(
    500,
    2,
    'The secret foresize-key holds no key, or something that is none.',
    'Make the secret foresize-key again: base64 of 32 random bytes, one key a line.',
  ),
  'kubeconfig-unusable': kind(
    500,
    2,
    'There is no kubeconfig at the path named, or one that says too little to log in.',
    'Name one with --kubeconfig or $KUBECONFIG, or another --context; for --local, `foresize up` makes it while it runs.',
  ),
  'kubernetes-refused': kind(
    502,
    1,
    'The API server refused a request.',
    'Correct what the API server names: 401 is a token or certificate that it does not know, 403 a right that is missing (deploy/ has the roles).',
  ),
  'kubernetes-unavailable': kind(
    502,
    1,
    'The API server did not answer.',
    "Check the API server's address, its CA and that it is running.",
  ),
  'load-invalid': kind(
    400,
    2,
    'An option of foresize invoke, or a file that it replays, is not what it should be.',
    '`foresize invoke --help` shows what is accepted.',
  ),
  'load-target-unknown': kind(
    400,
    2,
    'Load should go to a function that the stack does not have.',
    'Name a function of the stack with --load, or send no load: --no-load.',
  ),
  'message-invalid': kind(
    400,
    2,
    "A message is not one of the chain's, or its parts contradict each other.",
    'Send the message as docs/openapi.json describes it.',
  ),
  'message-repeated': kind(
    409,
    1,
    'This cycle of the chain has been carried out already.',
    'Nothing to do: this cycle, or a later one, has been applied already.',
  ),
  'message-stale': kind(
    409,
    1,
    'A message of the chain is too old, or from the future.',
    'Synchronise the clocks of caller and callee, or send a fresh message.',
  ),
  'model-invalid': kind(
    500,
    2,
    'The folder of a network is damaged, or belongs to another version.',
    'Train the model again, or copy its whole folder again: model.json, weights.bin and what lies beside them.',
  ),
  'model-missing': kind(
    500,
    2,
    'There is no network in the folder named.',
    'Name the folder of a trained model; `foresize train` makes one.',
  ),
  'model-unwritable': kind(
    500,
    1,
    'A trained network cannot be written.',
    'Make room, correct the permissions, or choose another folder: --out PATH.',
  ),
  'namespace-exists': kind(
    409,
    1,
    'A namespace of this name is there already.',
    'Nothing to do, or choose another name.',
  ),
  'namespace-invalid': kind(
    400,
    2,
    'A namespace was named that does not exist or cannot be used.',
    'Create the namespace first: faas-cli namespace create NAME.',
  ),
  'namespace-not-found': kind(
    404,
    1,
    'There is no namespace of this name.',
    'faas-cli namespace list shows what there is.',
  ),
  'no-ready-replica': kind(
    503,
    1,
    'No replica of the function became ready in time.',
    'Wait until the function is ready, or see faas-cli logs for why it is not.',
  ),
  'page-unbuilt': kind(
    500,
    1,
    'The function page was built without the files of the page.',
    'npm run page:function, then faas-cli up -f functions/page/stack.yml',
  ),
  'platform-running': kind(
    500,
    1,
    'A local platform runs in this directory already.',
    'Stop the other platform first, or give this one a directory of its own: `foresize up --directory PATH`.',
  ),
  'pod-not-found': kind(404, 1, 'There is no pod of this name.', 'kubectl get pods shows what there is.'),
  'port-in-use': kind(
    500,
    1,
    'Something else listens on the port.',
    'End what listens there, or choose other ports: `foresize up` has --port and --metrics-port.',
  ),
  'quantity-invalid': kind(
    400,
    2,
    'An amount of CPU or memory is not written as one.',
    'Write CPU as 100m or 0.5, memory as 40Mi or 64M.',
  ),
  'query-invalid': kind(
    400,
    2,
    'The query of a direct forecast is not understood.',
    'Ask with ?forecaster=NAME&horizon=DURATION, or leave them out: the best forecaster on the history, 75 s.',
  ),
  'queue-full': kind(
    503,
    1,
    'More asynchronous calls wait than the local queue holds.',
    'Send the call again later, or fewer at a time.',
  ),
  'queue-message-too-large': kind(
    413,
    2,
    'An asynchronous call is larger than the queue carries.',
    'Send less: NATS carries at most 1 MB, headers and base64 of the body included.',
  ),
  'recording-empty': kind(
    404,
    1,
    'Prometheus has nothing of what should be recorded.',
    'Check namespace, names and times, and that this Prometheus scrapes cAdvisor; see --container-labels and --queries.',
  ),
  'recording-mismatch': kind(
    400,
    2,
    'A recording was begun with other options than it should go on with.',
    'Record into another folder, or give the options it was begun with.',
  ),
  'reference-changed': kind(
    502,
    1,
    'A file of the study is not the published one.',
    'Check the address; the published files are those of the repository and commit in training/data/README.md.',
  ),
  'request-invalid': kind(
    400,
    2,
    'A request, or the options of a command, do not fit together.',
    'Send what the message names.',
  ),
  'resize-refused': kind(
    422,
    1,
    'A pod cannot have the resources that were asked for.',
    'Ask for resources that the message allows.',
  ),
  'schedule-invalid': kind(
    400,
    2,
    'The schedule of a cron annotation is not understood.',
    'Write five fields such as */5 * * * *, or @hourly, or @every 15s; CRON_TZ=Europe/Berlin may stand before.',
  ),
  'secret-exists': kind(
    409,
    1,
    'A secret of this name is there already.',
    'Update it instead: faas-cli secret update.',
  ),
  'secret-invalid': kind(
    400,
    2,
    'A secret has a name or a value that it cannot have.',
    'Name a secret in lower-case letters, digits, - and ., at most 253.',
  ),
  'secret-missing': kind(
    500,
    2,
    'A function needs a secret that is not mounted in it.',
    'Create the secret with faas-cli secret create and name it under secrets: in stack.yml.',
  ),
  'secret-not-found': kind(
    404,
    1,
    'There is no secret of this name.',
    'faas-cli secret list shows what there is.',
  ),
  'signature-invalid': kind(
    401,
    1,
    "A message's signature was made with another key, for another hop, or for other bytes.",
    'Both ends must mount the same foresize-key and have the same INSTALLATION.',
  ),
  'signature-missing': kind(
    401,
    1,
    'A message that must be signed is not.',
    'Only messages signed with foresize-key are carried out.',
  ),
  'source-unavailable': kind(
    503,
    1,
    'The source of metrics did not answer as it should.',
    'Check that the named address is up and that the identity may read it.',
  ),
  'stack-edit-refused': kind(
    400,
    2,
    'A size in stack.yml cannot be changed without changing something else.',
    "Write the value into the function's own block of stack.yml as a plain quantity, or set it where the variable comes from.",
  ),
  'stack-invalid': kind(
    400,
    2,
    'stack.yml is not one, or a field of it is wrong.',
    'Correct the named field of stack.yml.',
  ),
  'stack-unreadable': kind(
    400,
    2,
    'stack.yml, or a file that it names, cannot be read.',
    'Check the path and its permissions.',
  ),
  'state-conflict': kind(
    409,
    1,
    'Two writers met at the same ConfigMap.',
    'Nothing to do: another writer was first; the next cycle reads the new state.',
  ),
  'token-invalid': kind(
    500,
    2,
    'The secret foresize-page-token holds no token that the page can ask for.',
    'Make it again: faas-cli secret update foresize-page-token --from-literal="$(openssl rand -base64 32)"',
  ),
  'training-failed': kind(
    500,
    1,
    'The loss of a training became no number.',
    'Look at the data for values far outside the others, and train again.',
  ),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;
