import { expect } from 'chai';
import { deployBody, startHarness, type Harness } from './harness.ts';

describe('a function on the gateway', () => {
  let harness: Harness;

  before(async () => {
    harness = await startHarness({
      echo: (request, response) => {
        response.setHeader('x-seen', `${request.method ?? ''} ${request.url ?? ''}`);
        request.pipe(response);
      },
    });
  });

  after(() => harness.stop());

  it('is deployed, listed, called and counted', async () => {
    expect((await harness.system('POST', '/functions', deployBody('probe', 'echo'))).status).to.equal(202);
    const answer = await harness.call('/function/probe/a%2Fb?c=d', { method: 'POST', body: 'hello' });
    expect(answer.status, await answer.clone().text()).to.equal(200);
    expect(answer.headers.get('x-seen')).to.equal('POST /a%2Fb?c=d');
    expect(await answer.text()).to.equal('hello');
    const listed: unknown = await (await harness.system('GET', '/functions')).json();
    expect(listed).to.have.nested.property('[0].invocationCount', 1);
    const metrics = await harness.metrics();
    expect(metrics).to.contain('gateway_function_invocation_total{function_name="probe",code="200"} 1');
    expect(metrics).to.contain('gateway_service_count{function_name="probe.openfaas-fn"} 1');
  });
});
