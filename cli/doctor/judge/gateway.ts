import type { Facts, GatewayFacts } from '../facts.ts';
import { counted, ok, problem, type Told, unknown, warning } from '../finding.ts';
import { suiteOf } from '../suite.ts';
import { CALL_METRICS } from '#platform/sources/cadvisor-names.ts';

/** Whether it answers, asks for a password, takes ours, and counts calls. */
export function judgeGateway(facts: Facts): readonly Told[] {
  const { gateway, isLocal } = facts;
  const reached = judgeReach(gateway, isLocal);
  if (reached.level !== 'ok') return [reached, judgeMetrics(facts)];
  return [reached, judgePassword(gateway), ...judgeLogin(gateway, isLocal), judgeMetrics(facts)];
}

function judgeReach({ where, health }: GatewayFacts, isLocal: boolean): Told {
  const check = 'reachable';
  const advice = isLocal
    ? 'Start it with foresize up, or name its address with --gateway URL.'
    : 'Check that OpenFaaS is installed and its gateway runs, or name its address with --gateway URL.';
  if ('why' in health) return problem(check, health.why, advice);
  if (health.value === 200) return ok(check, `answers at ${where}`);
  if (health.value === 401 || health.value === 403)
    return unknown(check, `${where} was refused with ${health.value}`, 'Name an address with --gateway URL.');
  return problem(check, `${where} answers ${health.value} where a gateway answers 200`, advice);
}

function judgePassword({ strangerStatus }: GatewayFacts): Told {
  const check = 'password';
  if ('why' in strangerStatus)
    return unknown(check, strangerStatus.why, 'Look again once the gateway answers.');
  const status = strangerStatus.value;
  if (status === 401) return ok(check, 'the system API asks for one');
  if (status !== 200)
    return unknown(check, `the system API answers a stranger ${status}`, 'See the log of the gateway.');
  return problem(
    check,
    'the system API asks nobody for a password: whoever reaches the gateway may deploy',
    'Install OpenFaaS with basicAuth=true (generateBasicAuth=true makes the password).',
  );
}

function judgeLogin({ login }: GatewayFacts, isLocal: boolean): readonly Told[] {
  const check = 'authorised';
  if (login === null) {
    const advice =
      'Name the gateway with --gateway URL, and the password with --password-file FILE or faas-cli login.';
    return [
      unknown(check, 'asked without a password', isLocal ? 'Name it with --password-file FILE.' : advice),
    ];
  }
  const { from, provider, functions } = login;
  if ('why' in provider)
    return [
      problem(
        check,
        `with the password in ${from}: ${provider.why}`,
        'Log in again (faas-cli login), or name the right file with --password-file.',
      ),
    ];
  const told = ok(check, `by the password in ${from}: ${provider.value}`);
  if ('value' in functions)
    return [{ ...told, found: `${told.found}; ${counted(functions.value, 'function')} listed` }];
  return [
    told,
    problem(
      'list',
      `the functions cannot be listed: ${functions.why}`,
      'Check that the Prometheus beside the gateway runs: without it the gateway fails at this question.',
    ),
  ];
}

function judgeMetrics(facts: Facts): Told {
  const check = 'calls counted';
  const { where, names } = facts.gateway.metrics;
  const source = suiteOf(facts).collect.config?.METRICS_SOURCE ?? 'scrape';
  const isRead = source === 'scrape';
  if ('why' in names) {
    if (!isRead) return ok(check, `its metrics are not read with METRICS_SOURCE=${source}`);
    const advice = facts.isLocal
      ? 'Name them with --gateway-metrics URL.'
      : `Install the Service foresize-gateway-metrics (deploy/), set GATEWAY_METRICS_URL to where they are, or name them with --gateway-metrics URL. Without calls forecasts are worse, and a latency budget cannot be kept.`;
    return problem(check, names.why, advice);
  }
  const { started, completed } = CALL_METRICS;
  if (names.value.has(started)) return ok(check, `${started} at ${where}`);
  if (names.value.has(completed))
    return warning(
      check,
      `${where} has no ${started}`,
      'Upgrade the gateway: this one counts calls when they end only, so long calls are seen late.',
    );
  if (names.value.size > 0) return ok(check, `no call yet at ${where}`);
  return unknown(
    check,
    `${where} has none of the gateway's metrics`,
    'Call a function and look again; if they stay away, it is another address.',
  );
}
