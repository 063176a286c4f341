import { expect } from 'chai';
import { CREDENTIALS, deployBody, startHarness, type Harness } from './harness.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe("the gateway's password", () => {
  let harness: Harness;

  before(async () => {
    harness = await startHarness({ hello: (_request, response) => response.end('hello') });
    await harness.system('POST', '/functions', deployBody('hello', 'hello'));
  });

  after(() => harness.stop());

  const withHeader = (authorization: string | undefined): Promise<Response> =>
    harness.call('/system/functions', authorization === undefined ? {} : { headers: { authorization } });

  it('opens /system/*', async () => {
    const { status } = await withHeader(basic(`${CREDENTIALS.user}:${CREDENTIALS.password}`));
    expect(status).to.equal(200);
  });

  for (const [title, header] of [
    ['no header', undefined],
    ["faas-cli's empty bearer", 'Bearer '],
    ['another password', basic('admin:open')],
    ['another user', basic(`root:${CREDENTIALS.password}`)],
    ['what is not base64', 'Basic %%%'],
  ] as const) {
    it(`refuses ${title} as the real gateway does`, async () => {
      const answer = await withHeader(header);
      expect(answer.status).to.equal(401);
      expect(answer.headers.get('www-authenticate')).to.equal('Basic realm="Restricted"');
      expect(await answer.text()).to.equal('invalid credentials');
    });
  }

  it('keeps unknown and mutating routes below /system closed as well', async () => {
    expect((await harness.call('/system/nothing')).status).to.equal(401);
    const body = JSON.stringify({ functionName: 'hello' });
    expect((await harness.call('/system/functions', { method: 'DELETE', body })).status).to.equal(401);
    expect(harness.workloads.deployments()).to.have.length(1);
  });

  it('is not asked for health and calls', async () => {
    expect((await harness.call('/healthz')).status).to.equal(200);
    expect((await harness.call('/function/hello')).status).to.equal(200);
    expect((await harness.call('/async-function/hello', { method: 'POST' })).status).to.equal(202);
  });

  it('answers 404 to whoever asks for what is not there', async () => {
    expect((await harness.system('GET', '/nothing')).status).to.equal(404);
    expect((await harness.call('/')).status).to.equal(404);
  });
});
