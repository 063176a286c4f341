import { X509Certificate, createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { readFileIfThere, writePrivateFile } from './private-files.ts';

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
const SERVER_DAYS = 365;
/** Renewed this long before the end, so that a platform left running does not outlive its certificate. */
const RENEW_BEFORE_MS = 30 * DAY_MS;
/** Clocks of client and server may differ. */
const BACKDATE_MS = 3_600_000;

interface KeyPair {
  readonly keyPem: string;
  readonly certificatePem: string;
}

/** What an HTTPS server on loopback needs, and the authority its clients trust. */
export interface ServerCertificate extends KeyPair {
  readonly caPem: string;
}

/**
 * The certificate of 127.0.0.1 and localhost, signed by an authority of its own; both are kept in `directory` and
 * made again when missing, unreadable, or within 30 days of their end.
 */
export async function ensureCertificate(directory: string, nowMs: number): Promise<ServerCertificate> {
  let authority = load(directory, 'ca', nowMs);
  let server = authority && load(directory, 'server', nowMs);
  if (!authority) {
    authority = await makeAuthority(nowMs);
    save(directory, 'ca', authority);
  }
  if (!server || !isSignedBy(server, authority)) {
    server = await makeServer(authority, nowMs);
    save(directory, 'server', server);
  }
  return { ...server, caPem: authority.certificatePem };
}

function load(directory: string, name: string, nowMs: number): KeyPair | undefined {
  const keyPem = readFileIfThere(join(directory, `${name}.key`));
  const certificatePem = readFileIfThere(join(directory, `${name}.crt`));
  if (keyPem === undefined || certificatePem === undefined) return undefined;
  try {
    const certificate = new X509Certificate(certificatePem);
    const usable =
      certificate.checkPrivateKey(createPrivateKey(keyPem)) &&
      Date.parse(certificate.validFrom) <= nowMs &&
      Date.parse(certificate.validTo) - nowMs > RENEW_BEFORE_MS;
    return usable ? { keyPem, certificatePem } : undefined;
  } catch {
    return undefined; // A damaged file is replaced like a missing one.
  }
}

function isSignedBy(server: KeyPair, authority: KeyPair): boolean {
  const issuer = new X509Certificate(authority.certificatePem);
  return new X509Certificate(server.certificatePem).verify(issuer.publicKey);
}

function save(directory: string, name: string, pair: KeyPair): void {
  writePrivateFile(join(directory, `${name}.key`), pair.keyPem);
  writePrivateFile(join(directory, `${name}.crt`), pair.certificatePem);
}

function validity(days: number, nowMs: number): { notBeforeDate: Date; notAfterDate: Date } {
  return { notBeforeDate: new Date(nowMs - BACKDATE_MS), notAfterDate: new Date(nowMs + days * DAY_MS) };
}

async function makeAuthority(nowMs: number): Promise<KeyPair> {
  const made = await generate([{ name: 'commonName', value: 'foresize-local-ca' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    ...validity(AUTHORITY_DAYS, nowMs),
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { keyPem: made.private, certificatePem: made.cert };
}

async function makeServer(authority: KeyPair, nowMs: number): Promise<KeyPair> {
  const made = await generate([{ name: 'commonName', value: 'foresize-local-api' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    ...validity(SERVER_DAYS, nowMs),
    ca: { key: authority.keyPem, cert: authority.certificatePem },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { keyPem: made.private, certificatePem: made.cert };
}
