import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { ForesizeError } from '#core/errors/error.ts';
import type { DeployBody } from '#platform/gateway/schemas.ts';
import { deployBodies } from '#platform/stack/deploy-body.ts';
import { parseStack, readStack } from '#platform/stack/read-stack.ts';
import { substitute } from '#platform/stack/substitute.ts';

const head = 'version: 1.0\nprovider:\n  name: openfaas\n  gateway: http://127.0.0.1:8080\n';

function bodies(functions: string, environment: Record<string, string> = {}): unknown {
  return deployBodies(parseStack(head + functions, '/nowhere/stack.yml', environment));
}

function refusal(action: () => unknown): ForesizeError {
  try {
    action();
  } catch (error) {
    if (error instanceof ForesizeError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('substitute', () => {
  it('puts set variables in, and nothing for unset ones', () => {
    expect(substitute('a ${A} b ${B}.', { A: '1' })).to.equal('a 1 b .');
  });

  it('takes the default for an unset or an empty variable, with variables in it', () => {
    expect(substitute('${A:-x${B}y} ${E:-z} ${F=w}', { B: '2', E: '' })).to.equal('x2y z w');
  });

  it('keeps what is escaped, and a dollar without a brace', () => {
    expect(substitute('$${A} $A costs $5', { A: '1' })).to.equal('${A} $A costs $5');
  });

  it('names the line of a substitution that it does not know', () => {
    expect(refusal(() => substitute('a\nb ${A^^}\n', {})).message).to.equal(
      'line 2: ${A^^} is not a substitution such as ${NAME} or ${NAME:-default}',
    );
    expect(refusal(() => substitute('${A:-x', {})).code).to.equal('stack-invalid');
  });

  it('leaves every text without dollars and backslashes as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!/[$\\]/.test(text));
        expect(substitute(text, {})).to.equal(text);
      }),
    );
  });
});

describe('deployBodies', () => {
  it('gives a minimal function the fields that faas-cli always sends', () => {
    expect(bodies('functions:\n  f:\n    image: reg/f\n')).to.deep.equal([
      { service: 'f', image: 'reg/f:latest', labels: {}, annotations: {} },
    ]);
  });

  it('takes scalars as they are written, variables filled in', () => {
    const text = `functions:
  f:
    image: \${REG:-docker.io}/f:1.0
    fprocess: node index.js
    namespace: other
    environment: { debug: true, ratio: 1.0, none: }
    secrets: [key]
    constraints: ["zone=a"]
    labels: { com.openfaas.scale.min: 2 }
    annotations: { topic: cron-function }
    limits: { memory: 40Mi, cpu: 0.5 }
    requests: { cpu: 100m }
    readonly_root_filesystem: true
`;
    expect(bodies(text)).to.deep.equal([
      {
        service: 'f',
        image: 'docker.io/f:1.0',
        namespace: 'other',
        envProcess: 'node index.js',
        envVars: { debug: 'true', ratio: '1.0', none: '' },
        constraints: ['zone=a'],
        secrets: ['key'],
        labels: { 'com.openfaas.scale.min': '2' },
        annotations: { topic: 'cron-function' },
        limits: { memory: '40Mi', cpu: '0.5' },
        requests: { cpu: '100m' },
        readOnlyRootFilesystem: true,
      },
    ]);
  });

  it('follows aliases and merge keys', () => {
    const text = `x: &base\n  image: i:1\n  limits: &l { cpu: 100m }\nfunctions:\n  f:\n    <<: *base\n    requests: *l\n`;
    expect(bodies(text)).to.deep.equal([
      {
        service: 'f',
        image: 'i:1',
        labels: {},
        annotations: {},
        limits: { cpu: '100m' },
        requests: { cpu: '100m' },
      },
    ]);
  });

  describe('with files beside stack.yml', () => {
    let directory: string;
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'stack-'));
    });
    afterEach(() => {
      rmSync(directory, { recursive: true });
    });

    function bodiesOf(functions: string): readonly DeployBody[] {
      writeFileSync(join(directory, 'stack.yml'), head + functions);
      return deployBodies(readStack(join(directory, 'stack.yml'), {}));
    }

    it('lets environment files override the environment, later ones earlier ones', () => {
      writeFileSync(join(directory, 'a.yml'), 'environment:\n  A: a\n  B: a\n');
      writeFileSync(join(directory, 'b.yml'), 'environment:\n  B: b\n');
      const [body] = bodiesOf(
        'functions:\n  f:\n    image: i:1\n    environment: { A: x, C: c }\n    environment_file: [a.yml, b.yml]\n',
      );
      expect(body?.envVars).to.deep.equal({ A: 'a', B: 'b', C: 'c' });
    });

    it("takes the template's fprocess where the function has none", () => {
      mkdirSync(join(directory, 'template/node'), { recursive: true });
      writeFileSync(
        join(directory, 'template/node/template.yml'),
        'language: node\nfprocess: node index.js\n',
      );
      const [body] = bodiesOf('functions:\n  f:\n    image: i:1\n    lang: node\n');
      expect(body?.envProcess).to.equal('node index.js');
    });

    it('names a file that is not there', () => {
      const error = refusal(() =>
        bodiesOf('functions:\n  f:\n    image: i:1\n    environment_file: [no.yml]\n'),
      );
      expect(error.code).to.equal('stack-unreadable');
      expect(error.message).to.include('function f environment_file').and.include('no.yml');
    });
  });
});

describe('parseStack', () => {
  const cases: [what: string, text: string, message: RegExp][] = [
    [
      'a missing image',
      'functions:\n  f:\n    lang: node\n',
      /stack\.yml:\d+: function f image: an image is needed/,
    ],
    [
      'a malformed quantity, with its line',
      'functions:\n  f:\n    image: i\n    limits:\n      memory: 40MB\n',
      /stack\.yml:9: function f limits\.memory: memory quantity "40MB"/,
    ],
    [
      'a list where a mapping belongs',
      'functions:\n  f:\n    image: i\n    labels: [a]\n',
      /:8: function f labels: /,
    ],
    ['a name that Kubernetes would refuse', 'functions:\n  F_1:\n    image: i\n', /F_1.*lower-case/],
    [
      'a flag that is neither',
      'functions:\n  f:\n    image: i\n    readonly_root_filesystem: maybe\n',
      /neither true/,
    ],
    ['broken YAML, with its line', 'functions:\n  f: [\n', /stack\.yml:\d+: /],
    [
      'a key that is there twice',
      'functions:\n  f:\n    image: i\n    image: j\n',
      /stack\.yml:8: duplicated/,
    ],
  ];
  for (const [what, text, message] of cases) {
    it(`refuses ${what}`, () => {
      const error = refusal(() => parseStack(head + text, 'stack.yml', {}));
      expect(error.code).to.equal('stack-invalid');
      expect(error.message).to.match(message);
    });
  }

  it('refuses another provider', () => {
    expect(refusal(() => parseStack('provider:\n  name: faas\n', 'stack.yml', {})).message).to.include(
      'provider.name',
    );
  });

  it('says that a file cannot be read', () => {
    expect(refusal(() => readStack('/nowhere/stack.yml', {})).code).to.equal('stack-unreadable');
  });
});
