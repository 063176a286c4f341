import http from 'node:http';
import https from 'node:https';

/** Idle sockets are kept a little less than Node servers keep theirs (5 s), so that few requests meet a closing one. */
const KEEP_ALIVE = { keepAlive: true, keepAliveMsecs: 1000, maxSockets: 64, scheduling: 'lifo' } as const;

const plain = new http.Agent(KEEP_ALIVE);
const secureByTrust = new Map<string, https.Agent>();

/** Whom a client trusts and as whom it comes, beyond the system's authorities and nobody. PEM throughout. */
export interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Name to expect in the certificate in place of the host's. */
  readonly servername?: string;
  /** False accepts any certificate: only where a kubeconfig says so. */
  readonly rejectUnauthorized?: boolean;
}

/** A cluster's CA changes rarely; rotation must still not pile up agents. */
const MAXIMUM_AGENTS = 16;

function secureAgent(tls: Tls): https.Agent {
  const trust = JSON.stringify(tls);
  const known = secureByTrust.get(trust);
  if (known) return known;
  for (const [oldest, agent] of secureByTrust) {
    if (secureByTrust.size < MAXIMUM_AGENTS) break;
    agent.destroy();
    secureByTrust.delete(oldest);
  }
  const agent = new https.Agent({ ...KEEP_ALIVE, ...tls });
  secureByTrust.set(trust, agent);
  return agent;
}

/** The keep-alive agent for a URL. */
export function agentFor(url: URL, tls: Tls): http.Agent {
  return url.protocol === 'https:' ? secureAgent(tls) : plain;
}
