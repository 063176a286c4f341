import { expect } from 'chai';
import { createCadvisorServer } from '../../../local/kubernetes/cadvisor-server.ts';
import { countersOf, deploymentOf, podOf, WorkloadsInMemory } from './workloads-in-memory.ts';

describe('Container metrics over plain HTTP', () => {
  it('are at /metrics/cadvisor alone, to read', async () => {
    const workloads = new WorkloadsInMemory();
    const deployment = deploymentOf('qrcode');
    const pod = podOf(deployment);
    workloads.add(deployment, pod);
    workloads.count(countersOf(pod));
    const server = await createCadvisorServer({ workloads });
    try {
      const page = await fetch(server.url);
      expect(page.headers.get('content-type')).to.equal('text/plain; version=0.0.4; charset=utf-8');
      expect(await page.text())
        .to.include('image="registry.example/qrcode:1"')
        .and.include(' 1.5 1700000010000');
      expect((await fetch(new URL('/other', server.url))).status).to.equal(404);
      expect((await fetch(server.url, { method: 'POST' })).status).to.equal(405);
    } finally {
      await server.close();
    }
  });
});
