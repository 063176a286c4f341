import { expect } from 'chai';
import getPort from 'get-port';
import { createFunctionServer } from '#template/server.ts';
import { readSettings } from '#template/settings.ts';
import { eventually } from '../support/eventually.ts';
import { serveHere } from './serving.ts';

const status = async (url: string, init?: RequestInit): Promise<number> => (await fetch(url, init)).status;
const ignore = (): void => undefined;

/** A promise and what settles it. */
function gate(): { readonly opened: Promise<void>; open: () => void } {
  let open = ignore;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('a served function', () => {
  it('is alive while it starts, and takes no call until it is ready', async () => {
    const { opened, open } = gate();
    const port = await getPort();
    const server = createFunctionServer(
      { default: () => ({ body: 'called' }), start: () => opened },
      readSettings({ PORT: String(port) }),
      ignore,
    );
    const started = server.start();
    const url = `http://127.0.0.1:${port}`;
    await eventually(async () => (await status(`${url}/_/health`)) === 200);
    expect(await status(`${url}/_/ready`)).to.equal(503);
    expect(await (await fetch(url)).json()).to.deep.equal({
      error: 'Service Unavailable',
      code: 'not-ready',
    });
    open();
    await started;
    expect(await status(`${url}/_/ready`)).to.equal(200);
    expect(await (await fetch(url)).text()).to.equal('called');
    await server.drain();
  });

  it('finishes its calls while it drains, says on both probes that it is going, and refuses new calls', async () => {
    const { opened, open } = gate();
    const steps: string[] = [];
    const { server, url } = await serveHere({
      default: async () => {
        steps.push('called');
        await opened;
        return { body: 'finished' };
      },
      stop: () => {
        steps.push('stopped');
      },
    });
    const inFlight = fetch(url);
    await eventually(() => steps.length === 1);
    const drained = server.drain();
    expect(await status(`${url}/_/health`)).to.equal(503);
    expect(await status(`${url}/_/ready`)).to.equal(503);
    expect(await (await fetch(url)).json()).to.include({ code: 'shutting-down' });
    open();
    expect(await (await inFlight).text()).to.equal('finished');
    expect(await drained).to.equal(true);
    expect(steps).to.deep.equal(['called', 'stopped']);
    expect(await fetch(url).catch(() => 'refused')).to.equal('refused');
  });

  it('goes on taking calls for the drain delay', async () => {
    const { server, url } = await serveHere({ default: () => ({ body: 'late' }) }, { DRAIN_DELAY: '300ms' });
    const drained = server.drain();
    expect(await (await fetch(url)).text()).to.equal('late');
    expect(await status(`${url}/_/health`)).to.equal(503);
    expect(await drained).to.equal(true);
  });

  it('aborts the calls that outlast the drain timeout, and says that it did', async () => {
    let called = false;
    const { server, url, log } = await serveHere(
      {
        default: (_event, { signal }) =>
          new Promise((resolve) => {
            called = true;
            signal.addEventListener('abort', () => {
              resolve({ body: 'last words' });
            });
          }),
      },
      { DRAIN_TIMEOUT: '50ms' },
    );
    const call = fetch(url).then((response) => response.text());
    await eventually(() => called);
    expect(await server.drain()).to.equal(false);
    expect(await call).to.equal('last words');
    expect(log.map((line) => line.msg)).to.include('drain timeout: calls in flight are aborted');
  });
});
