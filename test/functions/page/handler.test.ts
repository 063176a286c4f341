import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import { load } from 'js-yaml';
import * as z from 'zod';
import { parseMessage } from '#core/messages/parse-message.ts';
import { usageMessageSchema } from '#core/messages/usage.ts';
import { predictUsage } from '#forecast/predict-usage.ts';
import { bundleFunction } from '#template/bundle.ts';
import { functionDetailSchema, functionListSchema } from '#page/api.ts';
import { bundleAssets } from '#page/bundle-assets.ts';
import { startApi, type RunningApi } from '../../local/kubernetes/running-api.ts';
import { eventually } from '../../support/eventually.ts';
import { linkPackages, repository } from '../../template/shrink-wrap.ts';
import { type FunctionProcess, runBundle } from '../../template/function-process.ts';

const TOKEN = 'x'.repeat(44);

const stackSchema = z.object({
  configuration: z.object({ copy: z.array(z.string()) }),
  functions: z.object({
    page: z.looseObject({ handler: z.string(), secrets: z.array(z.string()) }),
  }),
});

/** As `npm run page:function` and `faas-cli build --shrinkwrap` lay it out from its stack.yml. */
async function layOut(context: string): Promise<void> {
  const text = await readFile(join(repository, 'functions/page/stack.yml'), 'utf8');
  const { configuration, functions } = stackSchema.parse(load(text));
  const copy = (from: string, to: string): Promise<void> =>
    cp(join(repository, from), join(context, to), {
      recursive: true,
      filter: (path) => !/node_modules|coverage|static$/.test(path.slice(repository.length)),
    });
  await copy('template/typescript', '.');
  await copy(functions.page.handler, 'function');
  for (const path of configuration.copy) await copy(path, join('function', path));
  await mkdir(join(context, 'function/static'));
  for (const [name, contents] of await bundleAssets())
    await writeFile(join(context, 'function/static', name), contents);
  await linkPackages(context);
}

describe('The page as a function', function () {
  this.timeout(30_000);
  let folder: string;
  let bundle: string;
  let running: RunningApi;
  let gateway: Server;
  const asked: string[] = [];
  const processes: FunctionProcess[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foresize-page-'));
    await layOut(join(folder, 'context'));
    const { path } = await bundleFunction({
      templateDir: join(folder, 'context'),
      handlerDir: join(folder, 'context/function'),
      outDir: join(folder, 'dist'),
    });
    bundle = path;
    running = await startApi();
    // Answers as predict-resources does, behind the gateway's address.
    gateway = createServer((request, response) => {
      if (request.method === 'GET') {
        response.writeHead(404).end();
        return;
      }
      void buffer(request).then((body) => {
        asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
        const usage = parseMessage(usageMessageSchema, JSON.parse(body.toString('utf8')));
        response.end(JSON.stringify(predictUsage(usage)));
      });
    });
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    for (const { child } of processes) child.kill('SIGTERM');
    await Promise.all(processes.map((one) => one.exited()));
    gateway.close();
    await running.close();
    await rm(folder, { recursive: true });
  });

  /** Mounts these secrets, and runs the function with them. */
  async function start(secrets: Readonly<Record<string, string>>): Promise<FunctionProcess> {
    const { host, port, caPem, identities } = running.api;
    const mounted = await mkdtemp(join(folder, 'secrets-'));
    const identity = { token: identities.reader.token, 'ca.crt': caPem, namespace: 'openfaas-fn' };
    for (const [name, text] of Object.entries({ ...identity, ...secrets }))
      await writeFile(join(mounted, name), text);
    // A server that listens on a port has an address with one.
    const { port: gatewayPort } = gateway.address() as AddressInfo;
    const started = runBundle(bundle, {
      SECRETS_PATH: mounted,
      KUBERNETES_SERVICE_HOST: host,
      KUBERNETES_SERVICE_PORT: String(port),
      OPENFAAS_URL: `http://127.0.0.1:${gatewayPort}`,
      GATEWAY_METRICS_URL: `http://127.0.0.1:${gatewayPort}/metrics`,
    });
    processes.push(started);
    return started;
  }

  it('needs the files beside its bundle, and nothing else', async () => {
    const names = await readdir(join(folder, 'dist'), { recursive: true });
    const needed = ['icon.svg', 'index.html', 'page.css', 'page.js'].map((name) => join('static', name));
    expect(names).to.include.members(['index.cjs', 'index.cjs.LEGAL.txt', 'static', ...needed]);
    const others = names.filter((name) => name.startsWith('static/') && !needed.includes(name));
    expect(others.every((name) => name.endsWith('.js'))).to.equal(true);
  });

  it('does not start without its token, nor with one that could be guessed, and shows none', async () => {
    for (const [secrets, reason] of [
      [{}, 'the secret foresize-page-token is not mounted'],
      [{ 'foresize-page-token': 'guess-me' }, 'has 8 characters; at least 20'],
      [{ 'foresize-page-token': 'two words that are long enough' }, 'without white space'],
    ] as const) {
      const refused = await start(secrets);
      expect(await refused.exited()).to.deep.equal({ code: 1, signal: null });
      const log = JSON.stringify(refused.log);
      expect(log).to.include(reason);
      expect(log).not.to.include('guess-me');
    }
  });

  it('shows its files to anyone, and the functions to whoever has the token', async () => {
    const url = await (await start({ 'foresize-page-token': `${TOKEN}\n` })).url();
    const get = (path: string, authorization?: string): Promise<Response> =>
      fetch(`${url}${path}`, authorization === undefined ? {} : { headers: { authorization } });
    expect(await (await get('/')).text()).to.include('page/page.js');
    expect((await get('/page/page.js')).headers.get('content-type')).to.include('javascript');
    for (const wrong of [undefined, TOKEN, `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, 'Bearer ']) {
      const refused = await get('/api/functions', wrong);
      expect(refused.status, wrong).to.equal(401);
      expect(await refused.text()).to.equal('The token of this page is needed.\n');
    }
    const right = `Bearer ${TOKEN}`;
    const response = await get('/api/functions', right);
    expect(response.headers.get('content-encoding')).to.equal('gzip');
    const { functions, notes } = functionListSchema.parse(await response.json());
    expect(functions.map(({ name }) => name)).to.deep.equal(['qrcode']);
    expect(notes, 'the reader may not read the state').to.have.length(1);
    expect(asked).to.deep.equal(['POST /function/predict-resources.openfaas-fn']);
    const etag = response.headers.get('etag') ?? '';
    const again = await fetch(`${url}/api/functions`, {
      headers: { authorization: right, 'if-none-match': etag },
    });
    expect(again.status).to.equal(304);
    const detail = await (await get('/page/api/functions/openfaas-fn/qrcode', right)).json();
    expect(functionDetailSchema.parse(detail).forecast.horizonMs).to.equal(75_000);
    expect((await get('/api/functions/openfaas-fn/none', right)).status).to.equal(404);
    const refused = await fetch(`${url}/api/functions`, {
      method: 'POST',
      headers: { authorization: right },
    });
    expect(refused.status).to.equal(405);
  });

  it('says no more than that it could not read where that is so', async () => {
    const process = await start({ 'foresize-page-token': TOKEN, token: 'of nobody' });
    const url = await process.url();
    const response = await fetch(`${url}/api/functions`, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(response.status).to.equal(502);
    expect(await response.text()).to.equal('What the page shows could not be read; the log says why.\n');
    await eventually(() => process.log.some(({ msg }) => msg === 'the page could not be read'));
  });
});
