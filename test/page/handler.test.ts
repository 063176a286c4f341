import { expect } from 'chai';
import { CONTENT_SECURITY_POLICY } from '#page/answer.ts';
import { createPageData } from '#page/page-data.ts';
import { madeUpFunction, observedOf, servePage } from './made-up-page.ts';

describe("the page's requests", () => {
  let page: { readonly url: string; close(): Promise<void> };
  const problems: unknown[] = [];
  let observe = () => Promise.resolve(observedOf([madeUpFunction('qrcode')]));

  before(async () => {
    const data = createPageData({ observe: () => observe(), clock: Date.now, freshMs: 60_000 });
    page = await servePage(data, { onProblem: (error) => problems.push(error) });
  });
  after(() => page.close());

  const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(`${page.url}${path}`, init);

  it('are answered with document, script, style and icon, whose addresses are relative', async () => {
    const html = await (await ask('')).text();
    const addresses = [...html.matchAll(/(?:href|src)="([^"#]+)"/g)].map(([, address]) => address);
    expect(new Set(addresses)).to.deep.equal(new Set(['page/page.js', 'page/page.css', 'page/icon.svg']));
    for (const [path, type] of [
      ['', 'text/html'],
      ['page/page.js', 'text/javascript'],
      ['page.js', 'text/javascript'],
      ['page.css', 'text/css'],
      ['icon.svg', 'image/svg+xml'],
    ] as const) {
      const response = await ask(path);
      expect(response.status, path).to.equal(200);
      expect(response.headers.get('content-type'), path).to.contain(type);
      expect(response.headers.get('content-security-policy'), path).to.equal(CONTENT_SECURITY_POLICY);
      expect(response.headers.get('x-content-type-options'), path).to.equal('nosniff');
    }
  });

  it('carry a policy without exceptions', () => {
    expect(CONTENT_SECURITY_POLICY).to.contain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(CONTENT_SECURITY_POLICY).not.to.match(/unsafe|data:|blob:|\*|https?:|nonce|sha256/);
  });

  it('are answered with 304 and no body while nothing is new', async () => {
    for (const path of ['api/functions', 'api/functions/openfaas-fn/qrcode', 'page.js']) {
      const etag = (await ask(path)).headers.get('etag') ?? '';
      for (const known of [`"other", ${etag}`, etag.replace('W/', '')]) {
        const again = await ask(path, { headers: { 'if-none-match': known } });
        expect(again.status, path).to.equal(304);
        expect(await again.text(), path).to.equal('');
      }
    }
  });

  it('answer HEAD without a body, and refuse what would write', async () => {
    const head = await ask('api/functions', { method: 'HEAD' });
    expect([head.status, await head.text()]).to.deep.equal([200, '']);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const refused = await ask('api/functions', { method });
      expect(refused.status, method).to.equal(405);
      expect(refused.headers.get('allow'), method).to.equal('GET, HEAD');
    }
  });

  it('find nothing at other addresses, however they are written', async () => {
    for (const path of [
      'other',
      'api',
      'api/functions/openfaas-fn',
      'api/functions/openfaas-fn/none',
      'api/functions/openfaas-fn/qrcode/more',
      '%2e%2e/%2e%2e/etc/passwd',
      '%',
      'toString',
    ]) {
      expect((await ask(path)).status, path).to.equal(404);
    }
  });

  it('say that the data could not be read, the reason only where it is meant to be', async () => {
    observe = () => Promise.reject(new Error('token abc at https://10.0.0.1'));
    const other = await servePage(createPageData({ observe: () => observe(), clock: Date.now }), {
      onProblem: (error) => problems.push(error),
    });
    const response = await fetch(`${other.url}api/functions`);
    expect(response.status).to.equal(502);
    expect(await response.text()).not.to.contain('abc');
    expect(String(problems.at(-1))).to.contain('abc');
    await other.close();
  });

  it('of a page with a token: its files for anyone, what it shows for that token alone', async () => {
    observe = () => Promise.resolve(observedOf([madeUpFunction('qrcode')]));
    const data = createPageData({ observe: () => observe(), clock: Date.now });
    const guarded = await servePage(data, { isAllowed: (given) => given === 'Bearer right' });
    const get = (path: string, authorization?: string): Promise<Response> =>
      fetch(`${guarded.url}${path}`, authorization === undefined ? {} : { headers: { authorization } });
    for (const path of ['', 'page/page.js']) expect((await get(path)).status, path).to.equal(200);
    const refusals = await Promise.all(
      [
        get('api/functions'),
        get('page/api/functions', 'Bearer wrong'),
        get('api/functions/openfaas-fn/none'),
        get('api/none'),
      ].map(async (asked) => {
        const response = await asked;
        return [response.status, response.headers.get('www-authenticate'), await response.text()];
      }),
    );
    expect(new Set(refusals.map((refusal) => refusal.join()))).to.deep.equal(
      new Set(['401,Bearer,The token of this page is needed.\n']),
    );
    expect((await get('api/functions', 'Bearer right')).status).to.equal(200);
    await guarded.close();
  });

  it('are answered compressed where that was asked for', async () => {
    const data = createPageData({ observe: () => observe(), clock: Date.now });
    const far = await servePage(data, { compresses: true });
    const sizes = await Promise.all(
      ['gzip', 'identity'].map(async (encoding) => {
        const response = await fetch(`${far.url}api/functions/openfaas-fn/qrcode`, {
          headers: { 'accept-encoding': encoding },
        });
        expect(await response.json()).to.have.nested.property('row.name', 'qrcode');
        return Number(response.headers.get('content-length'));
      }),
    );
    expect(sizes[0]).to.be.below((sizes[1] ?? 0) / 2);
    await far.close();
  });
});
