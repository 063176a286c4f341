import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * OpenFaaS's classic watchdog as a program of its own: forks `fprocess` for each request, the body on stdin, the request
 * in the environment (Http_Method, Http_Query, Http_Path, a variable a header), stdout as the answer. Compiled alone:
 * imports Node only.
 */
const {
  fprocess = '',
  SECRETS_PATH = '/var/openfaas/secrets',
  PORT = '8080',
  HOST = '127.0.0.1',
} = process.env;
const [program = 'cat', ...args] = fprocess
  .replaceAll('/var/openfaas/secrets', SECRETS_PATH)
  .split(' ')
  .filter(Boolean);

const log = (text: string): void => void process.stderr.write(`${new Date().toISOString()} ${text}\n`);

/** `content-type` → `Http_Content_Type`. */
function headerVariable(name: string): string {
  const words = name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `Http_${words.join('_')}`;
}

function requestEnvironment(request: IncomingMessage): NodeJS.ProcessEnv {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[headerVariable(name)] = String(value);
  return {
    ...process.env,
    ...headers,
    Http_Method: request.method,
    Http_Path: pathname,
    Http_Query: search.slice(1),
    Http_ContentLength: request.headers['content-length'] ?? '-1',
    Http_Host: request.headers.host,
  };
}

function fork(request: IncomingMessage, response: ServerResponse): void {
  log('Forking fprocess.');
  const startedAtMs = Date.now();
  const child = spawn(program, args, {
    env: requestEnvironment(request),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A process that does not read its input, or has ended, breaks the pipe: its exit says what matters.
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  response.on('close', () => {
    if (child.exitCode === null) child.kill('SIGKILL');
  });
  child.on('error', (error) => {
    log(`Error: ${error.message}`);
    answer(response, 500, Buffer.from(`${error.message}\n`), startedAtMs);
  });
  child.on('close', (code, signal) => {
    if (code !== 0) log(`Error: ${signal ? `signal: ${signal}` : `exit status ${code ?? ''}`}`);
    answer(response, code === 0 ? 200 : 500, Buffer.concat(chunks), startedAtMs);
  });
}

function answer(response: ServerResponse, status: number, body: Buffer, startedAtMs: number): void {
  if (response.writableEnded) return;
  const seconds = (Date.now() - startedAtMs) / 1000;
  response.writeHead(status, {
    'content-type': response.req.headers['content-type'] ?? 'application/octet-stream',
    'content-length': body.length,
    'x-duration-seconds': seconds.toFixed(6),
  });
  response.end(body);
  log(`Wrote ${body.length} Bytes - Duration: ${seconds.toFixed(6)} seconds`);
}

let draining = false;
const server = createServer((request, response) => {
  if (request.url === '/_/health') {
    response.writeHead(draining ? 503 : 200).end(draining ? '' : 'OK');
    return;
  }
  fork(request, response);
});
server.listen(Number(PORT), HOST, () => {
  log(`Listening on port ${PORT}, fprocess: ${fprocess}`);
});
process.on('SIGTERM', () => {
  log('SIGTERM received, no new connections');
  draining = true;
  server.close(() => {
    process.exit(0);
  });
  server.closeIdleConnections();
});
