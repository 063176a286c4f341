import { expect } from 'chai';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCredentials } from '../../../local/secrets/credentials.ts';
import { createSecretStore } from '../../../local/secrets/file-store.ts';
import type { SecretStore } from '../../../local/secrets/store.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const one = (name: string, text: string): ReadonlyMap<string, Uint8Array> => new Map([[name, bytes(text)]]);

const modeOf = (path: string): number => statSync(path).mode & 0o777;

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
  return 'nothing thrown';
}

describe('the secret store', () => {
  let root: string;
  let store: SecretStore;

  beforeEach(() => {
    root = join(mkdtempSync(join(tmpdir(), 'foresize-secrets-')), 'store');
    store = createSecretStore(root);
  });

  afterEach(() => {
    rmSync(join(root, '..'), { recursive: true });
  });

  const read = (namespace: string, name: string): Record<string, string> =>
    Object.fromEntries(
      [...(store.files(namespace, name) ?? [])].map(([file, value]) => [file, String(value)]),
    );

  it('keeps a secret by namespace and gives its bytes back', () => {
    store.create('fn', 'key', one('key', 'hush'));
    store.create('other', 'key', one('key', 'different'));
    expect(read('fn', 'key')).to.deep.equal({ key: 'hush' });
    expect(read('other', 'key')).to.deep.equal({ key: 'different' });
    expect(store.list('fn')).to.deep.equal(['key']);
    expect(store.has('fn', 'key')).to.equal(true);
  });

  it('keeps one of several files, as a service account token has them, and bytes that are no text', () => {
    const raw = Uint8Array.from([0, 255, 128, 10]);
    const files = new Map([...one('token', 't'), ['ca.crt', raw] as const]);
    store.create('fn', 'writer', files);
    expect([...(store.files('fn', 'writer')?.get('ca.crt') ?? [])]).to.deep.equal([...raw]);
    expect([...(store.files('fn', 'writer')?.keys() ?? [])].sort()).to.deep.equal(['ca.crt', 'token']);
  });

  it('replaces all files of a secret on update', () => {
    store.create('fn', 'key', new Map([...one('a', '1'), ...one('b', '2')]));
    store.update('fn', 'key', one('c', '3'));
    expect(read('fn', 'key')).to.deep.equal({ c: '3' });
    expect(readdirSync(join(root, 'fn'))).to.deep.equal(['key']);
  });

  it('is there again after a restart', () => {
    store.create('fn', 'key', one('key', 'hush'));
    store = createSecretStore(root);
    expect(read('fn', 'key')).to.deep.equal({ key: 'hush' });
  });

  it('brings back what an update left when it was ended half-way', () => {
    store.create('fn', 'key', one('key', 'old'));
    store.create('fn', 'kept', one('kept', 'new'));
    for (const [left, file] of [
      ['.old/kept', 'kept'],
      ['.new/key', 'key'],
      ['.old/lost', 'lost'],
    ] as const) {
      mkdirSync(join(root, 'fn', left), { mode: 0o700, recursive: true });
      writeFileSync(join(root, 'fn', left, file), 'left behind');
    }
    store = createSecretStore(root);
    expect(store.list('fn')).to.deep.equal(['kept', 'key', 'lost']);
    expect(readdirSync(join(root, 'fn')).sort()).to.deep.equal(['kept', 'key', 'lost']);
    expect(read('fn', 'kept')).to.deep.equal({ kept: 'new' });
    expect(read('fn', 'key')).to.deep.equal({ key: 'old' });
    expect(read('fn', 'lost')).to.deep.equal({ lost: 'left behind' });
  });

  it('keeps the old secret, and leaves no scratch, when the new one cannot be written', () => {
    store.create('fn', 'key', one('key', 'old'));
    writeFileSync(join(root, 'fn', '.new'), 'in the way');
    expect(
      codeOf(() => {
        store.update('fn', 'key', one('key', 'new'));
      }),
    ).to.equal('ENOTDIR');
    expect(read('fn', 'key')).to.deep.equal({ key: 'old' });
    expect(readdirSync(join(root, 'fn'))).to.deep.equal(['key']);
  });

  it('forgets what is removed', () => {
    store.create('fn', 'key', one('key', 'hush'));
    store.remove('fn', 'key');
    expect(store.has('fn', 'key')).to.equal(false);
    expect(store.files('fn', 'key')).to.equal(undefined);
    expect(store.list('fn')).to.deep.equal([]);
  });

  it('lets nobody else read: directories 0700, files 0600', () => {
    store.create('fn', 'key', one('key', 'hush'));
    store.update('fn', 'key', one('key', 'hush!'));
    for (const directory of [root, join(root, 'fn'), join(root, 'fn', 'key')]) {
      expect(modeOf(directory), directory).to.equal(0o700);
    }
    expect(modeOf(join(root, 'fn', 'key', 'key'))).to.equal(0o600);
  });

  it('makes a directory private that was not', () => {
    chmodSync(root, 0o755);
    createSecretStore(root);
    expect(modeOf(root)).to.equal(0o700);
  });

  for (const name of ['', '..', '../x', 'a/b', 'UPPER', '-x', 'x-', 'a..b', 'ä', 'a'.repeat(254), 'a\n']) {
    it(`refuses the name ${JSON.stringify(name.slice(0, 20))}, and writes nothing`, () => {
      expect(
        codeOf(() => {
          store.create('fn', name, one('f', 'v'));
        }),
      ).to.equal('secret-invalid');
      expect(
        codeOf(() => {
          store.create(name, 'key', one('f', 'v'));
        }),
      ).to.equal('secret-invalid');
      expect(
        codeOf(() => {
          store.remove('fn', name);
        }),
      ).to.equal('secret-invalid');
      expect(store.has('fn', name)).to.equal(false);
      expect(store.files(name, 'key')).to.equal(undefined);
      expect(readdirSync(root)).to.deep.equal([]);
    });
  }

  for (const name of ['a', 'api-key', 'api.key.v2', '0', 'a'.repeat(253)]) {
    it(`takes the name ${name.slice(0, 20)}`, () => {
      store.create('fn', name, one('f', 'v'));
      expect(store.list('fn')).to.deep.equal([name]);
    });
  }

  for (const file of ['..', '.', '', 'a/b', 'a\0b']) {
    it(`refuses the file name ${JSON.stringify(file)}`, () => {
      expect(
        codeOf(() => {
          store.create('fn', 'key', one(file, 'v'));
        }),
      ).to.equal('secret-invalid');
      expect(store.has('fn', 'key')).to.equal(false);
    });
  }

  it('refuses no files, too many bytes, a second one, and what is not there; and keeps what was', () => {
    expect(
      codeOf(() => {
        store.create('fn', 'key', new Map());
      }),
    ).to.equal('secret-invalid');
    const large = new Map([['key', new Uint8Array(2 ** 20 + 1)]]);
    expect(
      codeOf(() => {
        store.create('fn', 'key', large);
      }),
    ).to.equal('secret-invalid');
    store.create('fn', 'key', one('key', 'hush'));
    expect(
      codeOf(() => {
        store.create('fn', 'key', one('key', 'new'));
      }),
    ).to.equal('secret-exists');
    expect(
      codeOf(() => {
        store.update('fn', 'key', large);
      }),
    ).to.equal('secret-invalid');
    expect(
      codeOf(() => {
        store.update('fn', 'none', one('key', 'x'));
      }),
    ).to.equal('secret-not-found');
    expect(
      codeOf(() => {
        store.remove('fn', 'none');
      }),
    ).to.equal('secret-not-found');
    expect(read('fn', 'key')).to.deep.equal({ key: 'hush' });
  });
});

describe("the gateway's credentials", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'foresize-credentials-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('are made once, kept in a private file, and new only then', () => {
    const file = join(directory, 'deep', 'password');
    const first = loadCredentials(file);
    expect(first).to.include({ user: 'admin', isNew: true });
    expect(first.password).to.match(/^[-_A-Za-z0-9]{32}$/);
    expect(modeOf(file)).to.equal(0o600);
    expect(loadCredentials(file)).to.deep.equal({ ...first, isNew: false });
    expect(loadCredentials(join(directory, 'other')).password).to.not.equal(first.password);
  });

  it('take a password that somebody put there, without its end of line', () => {
    const file = join(directory, 'password');
    writeFileSync(file, 'chosen\n');
    expect(loadCredentials(file)).to.deep.equal({ user: 'admin', password: 'chosen', isNew: false });
  });

  it('are made anew for an empty file', () => {
    const file = join(directory, 'password');
    writeFileSync(file, '');
    const { password, isNew } = loadCredentials(file);
    expect(isNew).to.equal(true);
    expect(readFileSync(file, 'utf8').trim()).to.equal(password);
  });
});
