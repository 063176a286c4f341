import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { readFileIfThere, writePrivateFile } from './private-files.ts';

export const ROLES = ['admin', 'reader', 'writer'] as const;
export type Role = (typeof ROLES)[number];

/** Who a request comes from. */
export interface User {
  readonly name: string;
  readonly role: Role;
}

export type Tokens = Readonly<Record<Role, string>>;

const token = z.string().regex(/^[\w-]{43}$/);
const tokensSchema = z.object({ admin: token, reader: token, writer: token });

/** 256 random bits a role, made once and kept in the private directory. */
export function ensureTokens(directory: string): Tokens {
  const path = join(directory, 'tokens.json');
  const kept = parseTokens(readFileIfThere(path));
  if (kept) return kept;
  const fresh = { admin: makeToken(), reader: makeToken(), writer: makeToken() };
  writePrivateFile(path, `${JSON.stringify(fresh)}\n`);
  return fresh;
}

function parseTokens(text: string | undefined): Tokens | undefined {
  if (text === undefined) return undefined;
  try {
    return tokensSchema.parse(JSON.parse(text));
  } catch {
    return undefined; // A damaged file is replaced like a missing one.
  }
}

function makeToken(): string {
  return randomBytes(32).toString('base64url');
}

export function userOf(role: Role, namespace: string): User {
  return {
    role,
    name: role === 'admin' ? 'kubernetes-admin' : `system:serviceaccount:${namespace}:foresize-${role}`,
  };
}

/** Tells who a bearer token stands for. Digests are looked up, so the time taken says nothing about a token. */
export function createAuthenticator(
  tokens: Tokens,
  namespace: string,
): (authorization: string | undefined) => User | undefined {
  const users = new Map(ROLES.map((role) => [digest(tokens[role]), userOf(role, namespace)]));
  return (authorization) => {
    const bearer = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
    return bearer === undefined ? undefined : users.get(digest(bearer));
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
