import { expect } from 'chai';
import type { Facts } from '../../../cli/doctor/facts.ts';
import { jsonText, onlyToDo, reportOf } from '../../../cli/doctor/report.ts';
import { reportText } from '../../../cli/doctor/text.ts';
import { NOW } from '../../core/policy/situation.ts';
import { cadvisorWithout, CYCLE, grantedBut, HEALTHY, kubelet, liveWith } from './facts.ts';

const PLAIN = { columns: 110, colour: false, quiet: false };

/** Something of each level, in each subject. */
const SICK: Facts = {
  ...HEALTHY,
  gateway: { ...HEALTHY.gateway, login: null },
  metrics: {
    ...HEALTHY.metrics,
    kubelets: [kubelet('node-1', cadvisorWithout('container_oom_events_total'))],
    metricsApi: { value: { absence: 'the server could not find the requested resource', pods: 0 } },
  },
  identities: {
    ...HEALTHY.identities,
    rights: { ...HEALTHY.identities.rights!, writer: grantedBut('writer', { 'patch pods/resize': false }) },
  },
  live: liveWith('resize', { annotations: { 'foresize/mode': 'aply' } }),
  chain: {
    ...HEALTHY.chain,
    cycle: { value: { cycle: String(CYCLE - 240) } },
    killSwitch: { value: { writes: 'off' } },
  },
};

describe('What foresize doctor prints', () => {
  it('is a line a check where nothing is wrong', () => {
    expect(reportText(reportOf(HEALTHY), PLAIN)).to.equal(`cluster shop, namespace openfaas-fn

cluster
  ok  API server        Kubernetes v1.34.4 at https://10.0.0.1:6443
  ok  in-place resize   served, kubelets v1.34.4
  ok  nodes             1 node, none under pressure
  ok  clock             this machine and the API server agree within 1s
gateway
  ok  reachable         answers at http://127.0.0.1:8080
  ok  password          the system API asks for one
  ok  authorised        by the password in password.txt: faas-netes, gateway 0.27.12; 5 functions listed
  ok  calls counted     gateway_function_invocation_started at the Service
                        openfaas/foresize-gateway-metrics:8082
metrics
  ok  kubelets          1 kubelet: use, throttling, kills and limits of containers
  ok  sample times      the newest samples are 8s old at most, by the API server's clock
  ok  Metrics API       metrics of 5 pods, not needed
identities
  ok  foresize-reader   a token of foresize-reader, taken by the API server
  ok  foresize-writer   a token of foresize-writer, taken by the API server
  ok  foresize-key      one key
  ok  secrets           mounted by the functions of the suite only
  ok  rights of reader  foresize-reader may do what it needs, and none of what it must not
  ok  rights of writer  foresize-writer may do what it needs, and none of what it must not
  ok  rights of others  the account default, as which other functions run, may read no secret and size nothing
chain
  ok  functions         collect-metrics, predict-resources, apply-resources ready
  ok  configuration     the environment of all three is valid, and they agree
  ok  schedule          @every 15s, the length of a cycle
  ok  cycles            the last began 0s ago, one every 15s
  ok  decisions         2 of 2 functions known, the last change of a size 1h ago
  ok  writes            not stopped; by ACTUATOR=kubernetes
  ok  queue             not used with CHAIN=sync
functions
  ok  annotations       valid on 2 functions: 1 apply, 1 recommend

26 ok
`);
  });

  it('says of each finding what to do', () => {
    expect(reportText(reportOf(SICK), PLAIN)).to.equal(`cluster shop, namespace openfaas-fn

cluster
  ok       API server        Kubernetes v1.34.4 at https://10.0.0.1:6443
  ok       in-place resize   served, kubelets v1.34.4
  ok       nodes             1 node, none under pressure
  ok       clock             this machine and the API server agree within 1s
gateway
  ok       reachable         answers at http://127.0.0.1:8080
  ok       password          the system API asks for one
  unknown  authorised        asked without a password
                             → Name the gateway with --gateway URL, and the password with --password-file FILE
                             or faas-cli login.
  ok       calls counted     gateway_function_invocation_started at the Service
                             openfaas/foresize-gateway-metrics:8082
metrics
  warning  kubelets          1 kubelet, without container_oom_events_total (a process killed for want of
                             memory beside the main one is not seen)
                             → Let the kubelets run their own cAdvisor, or set METRICS_SOURCE=prometheus with
                             a Prometheus that has them.
  ok       sample times      the newest samples are 8s old at most, by the API server's clock
  ok       Metrics API       not served, and not needed with METRICS_SOURCE=scrape
identities
  ok       foresize-reader   a token of foresize-reader, taken by the API server
  ok       foresize-writer   a token of foresize-writer, taken by the API server
  ok       foresize-key      one key
  ok       secrets           mounted by the functions of the suite only
  ok       rights of reader  foresize-reader may do what it needs, and none of what it must not
  problem  rights of writer  foresize-writer may not patch pods/resize
                             → The roles of deploy/ grant what is needed and no more: install them, and remove
                             other bindings of this account.
  ok       rights of others  the account default, as which other functions run, may read no secret and size
                             nothing
chain
  ok       functions         collect-metrics, predict-resources, apply-resources ready
  ok       configuration     the environment of all three is valid, and they agree
  ok       schedule          @every 15s, the length of a cycle
  problem  cycles            the last cycle began 1h ago, and one begins every 15s
                             → See the log of the cron-connector (it runs) and ask why by faas-cli logs
                             collect-metrics.
  warning  writes            stopped by the kill switch: writes is "off"
                             → To let them go on: kubectl -n openfaas-fn patch configmap foresize-kill-switch
                             --type merge -p '{"data":{"writes":"on"}}'
  ok       queue             not used with CHAIN=sync
functions
  problem  annotations       resize: foresize/mode: "aply" must be one of off, recommend, apply
                             → Correct it in stack.yml and deploy again: until then the function is left
                             alone.
  ok       annotations       valid on 1 function: 1 apply

3 problems, 2 warnings, 1 unknown, 20 ok
`);
  });

  it('is only what needs doing if asked for quiet, and nothing where nothing does', () => {
    const quiet = { ...PLAIN, quiet: true };
    expect(reportText(onlyToDo(reportOf(HEALTHY)), quiet)).to.equal('');
    const text = reportText(onlyToDo(reportOf(SICK)), quiet);
    expect(text).to.match(/^gateway\n {2}unknown {2}authorised {8}asked without a password\n/);
    expect(text).not.to.match(/^ {2}ok /m);
  });

  it('fits a narrow terminal: what was found stands below its check', () => {
    const text = reportText(onlyToDo(reportOf(SICK)), { ...PLAIN, columns: 50, quiet: true });
    expect(text).to.equal(`gateway
  unknown  authorised
    asked without a password
    → Name the gateway with --gateway URL, and the
    password with --password-file FILE or faas-cli
    login.
metrics
  warning  kubelets
    1 kubelet, without container_oom_events_total
    (a process killed for want of memory beside
    the main one is not seen)
    → Let the kubelets run their own cAdvisor, or
    set METRICS_SOURCE=prometheus with a
    Prometheus that has them.
identities
  problem  rights of writer
    foresize-writer may not patch pods/resize
    → The roles of deploy/ grant what is needed
    and no more: install them, and remove other
    bindings of this account.
chain
  problem  cycles
    the last cycle began 1h ago, and one begins
    every 15s
    → See the log of the cron-connector (it runs)
    and ask why by faas-cli logs collect-metrics.
  warning  writes
    stopped by the kill switch: writes is "off"
    → To let them go on: kubectl -n openfaas-fn
    patch configmap foresize-kill-switch --type
    merge -p '{"data":{"writes":"on"}}'
functions
  problem  annotations
    resize: foresize/mode: "aply" must be one of
    off, recommend, apply
    → Correct it in stack.yml and deploy again:
    until then the function is left alone.
`);
  });

  it('has colours only where asked', () => {
    expect(reportText(reportOf(SICK), PLAIN)).not.to.include('\u001b');
    expect(reportText(reportOf(SICK), { ...PLAIN, colour: true })).to.include('\u001b[31mproblem');
  });

  it('is one line of JSON with all of it', () => {
    const text = jsonText(reportOf(SICK));
    expect(text.trim()).not.to.include('\n');
    const report: unknown = JSON.parse(text);
    expect(report).to.deep.equal(reportOf(SICK));
    expect(report).to.deep.include({
      target: 'cluster shop, namespace openfaas-fn',
      at: NOW,
      counts: { problem: 3, warning: 2, unknown: 1, ok: 20 },
    });
    expect(reportOf(SICK).findings.find(({ check }) => check === 'rights of writer')).to.deep.equal({
      subject: 'identities',
      check: 'rights of writer',
      level: 'problem',
      found: 'foresize-writer may not patch pods/resize',
      advice:
        'The roles of deploy/ grant what is needed and no more: install them, and remove other bindings of this account.',
    });
  });
});
