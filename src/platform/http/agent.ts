import http from 'node:http';
import https from 'node:https';

/** Idle sockets are kept a little less than Node servers keep theirs (5 s), so that few requests meet a closing one. */
const KEEP_ALIVE = { keepAlive: true, keepAliveMsecs: 1000, maxSockets: 64, scheduling: 'lifo' } as const;

const plain = new http.Agent(KEEP_ALIVE);
const secureByCa = new Map<string, https.Agent>();

/** A cluster's CA changes rarely; rotation must still not pile up agents. */
const MAXIMUM_AGENTS = 16;

function secureAgent(ca: string): https.Agent {
  const known = secureByCa.get(ca);
  if (known) return known;
  for (const [oldest, agent] of secureByCa) {
    if (secureByCa.size < MAXIMUM_AGENTS) break;
    agent.destroy();
    secureByCa.delete(oldest);
  }
  const agent = new https.Agent(ca === '' ? KEEP_ALIVE : { ...KEEP_ALIVE, ca });
  secureByCa.set(ca, agent);
  return agent;
}

/** The keep-alive agent for a URL; `ca` (PEM) replaces the system's authorities. */
export function agentFor(url: URL, ca: string | undefined): http.Agent {
  return url.protocol === 'https:' ? secureAgent(ca ?? '') : plain;
}
