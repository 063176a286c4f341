import { expect } from 'chai';
import fc from 'fast-check';
import { ForesizeError } from '#core/errors/error.ts';
import { editStack, type StackEdit } from '#platform/stack/edit-stack.ts';

const limits = (values: Record<string, string>, functionName = 'f'): StackEdit => ({
  functionName,
  limits: values,
  requests: {},
});

const edited = (text: string, edit: StackEdit): string => editStack(text, edit, 'stack.yml');

function refusal(text: string, edit: StackEdit): string {
  try {
    edited(text, edit);
  } catch (error) {
    if (error instanceof ForesizeError && error.code === 'stack-edit-refused') return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('editStack', () => {
  it('replaces values within their quotes and keeps comments, order and blanks', () => {
    const text = `# top
functions:
  f:   # the one
    image:   x
    limits:
      cpu:    "100m"   # small
      memory: '40Mi'
    # below

  g:
    image: y
    limits: {cpu: 1}
`;
    expect(edited(text, limits({ cpu: '250m', memory: '64Mi' }))).to.equal(
      text.replace('"100m"', '"250m"').replace("'40Mi'", "'64Mi'"),
    );
  });

  it('adds a missing key at the end of its mapping, behind the comment of the last line', () => {
    const text = 'functions:\n  f:\n    image: x\n    limits:\n      memory: 40Mi # why\n\n  g: {image: y}\n';
    expect(edited(text, limits({ cpu: '1' }))).to.equal(text.replace('# why', '# why\n      cpu: 1'));
  });

  it('adds a missing section behind a last section, and at the end of a file without a line break', () => {
    const text = 'functions:\n  f:\n    image: x\n    labels:\n      a: b';
    expect(edited(text, { functionName: 'f', limits: {}, requests: { memory: '64Mi', cpu: '1' } })).to.equal(
      `${text}\n    requests:\n      memory: 64Mi\n      cpu: 1`,
    );
  });

  it('adds a section behind a block of text', () => {
    const text = 'functions:\n  f:\n    image: x\n    fprocess: |\n      a\n      b\n  g:\n    image: y\n';
    expect(edited(text, limits({ cpu: '1' }))).to.equal(
      text.replace('      b\n', '      b\n    limits:\n      cpu: 1\n'),
    );
  });

  it('keeps the line breaks of Windows', () => {
    const text = 'functions:\r\n  f:\r\n    image: x\r\n    limits:\r\n      memory: 40Mi\r\n';
    expect(edited(text, limits({ memory: '64Mi', cpu: '1' }))).to.equal(
      text.replace('40Mi', '64Mi\r\n      cpu: 1'),
    );
  });

  it('edits flow mappings, empty ones too', () => {
    expect(
      edited('functions: {f: {image: x, limits: { memory: 40Mi }}}\n', limits({ memory: '1Gi', cpu: '1' })),
    ).to.equal('functions: {f: {image: x, limits: { memory: 1Gi, cpu: 1 }}}\n');
    expect(edited('functions:\n  f: {image: x, limits: {}}\n', limits({ cpu: '1' }))).to.equal(
      'functions:\n  f: {image: x, limits: { cpu: 1 }}\n',
    );
    expect(edited('functions:\n  f: {image: x}\n', limits({ cpu: '1' }))).to.equal(
      'functions:\n  f: {image: x, limits: { cpu: 1 }}\n',
    );
  });

  it('fills an empty section, and an empty value', () => {
    expect(edited('functions:\n  f:\n    image: x\n    limits: # none\n', limits({ cpu: '1' }))).to.equal(
      'functions:\n  f:\n    image: x\n    limits: { cpu: 1 } # none\n',
    );
    expect(
      edited('functions:\n  f:\n    limits:\n      cpu:\n      memory: 1Gi\n', limits({ cpu: '1' })),
    ).to.equal('functions:\n  f:\n    limits:\n      cpu: 1\n      memory: 1Gi\n');
  });

  it('gives what an alias brings a block of its own', () => {
    const text =
      'x: &l { memory: 40Mi, cpu: 100m }\nfunctions:\n  f:\n    limits: *l # shared\n  g:\n    limits: *l\n';
    expect(edited(text, limits({ cpu: '1' }))).to.equal(
      text.replace('*l # shared', '{ memory: 40Mi, cpu: 1 } # shared'),
    );
    const scalar = 'x: &c 100m\nfunctions:\n  f:\n    limits:\n      cpu: *c\n';
    expect(edited(scalar, limits({ cpu: '1' }))).to.equal(scalar.replace('*c', '1'));
  });

  it('gives what a merge key brings a block of its own', () => {
    const text =
      'x: &b\n  limits:\n    memory: 40Mi\n    cpu: 100m\nfunctions:\n  f:\n    <<: *b\n    image: x\n';
    expect(edited(text, limits({ cpu: '1' }))).to.equal(
      `${text}    limits:\n      memory: 40Mi\n      cpu: 1\n`,
    );
  });

  it('refuses what another function shares through an anchor', () => {
    const shared = 'functions:\n  f:\n    limits: &l\n      cpu: 100m\n  g:\n    limits: *l\n';
    expect(refusal(shared, limits({ cpu: '1' })))
      .to.include('function f')
      .and.include('anchor');
    const whole = 'functions:\n  f: &f\n    limits:\n      cpu: 100m\n  g: *f\n';
    expect(refusal(whole, limits({ cpu: '1' })))
      .to.include('function f')
      .and.include('anchor');
    expect(refusal(whole, limits({ cpu: '1' }, 'g')))
      .to.include('function g')
      .and.include('alias *f');
  });

  it('refuses a value that comes from a variable, by name', () => {
    expect(refusal('functions:\n  f:\n    limits:\n      memory: ${MEM:-40Mi}\n', limits({ memory: '1Gi' })))
      .to.include('limits.memory')
      .and.include('${MEM:-40Mi}');
    expect(
      refusal('functions:\n  f:\n    limits: { memory: ${MEM} }\n', limits({ memory: '1Gi' })),
    ).to.include('line 3');
  });

  it('edits beside variables that it does not touch', () => {
    const text = 'functions:\n  f:\n    image: ${REG:-docker.io}/x\n    limits:\n      cpu: 100m\n';
    expect(edited(text, limits({ cpu: '1' }))).to.equal(text.replace('100m', '1'));
  });

  it('refuses a function that is not there', () => {
    expect(refusal('functions:\n  g:\n    image: x\n', limits({ cpu: '1' }))).to.include('function f');
  });

  it('keeps every other byte of any stack, and says the same when asked again', () => {
    const blanks = fc.constantFrom('', ' ', '   ');
    const comment = fc.constantFrom('', ' # a: {b', '  #x');
    const quote = fc.constantFrom('', '"', "'");
    const eol = fc.constantFrom('\n', '\r\n');
    const quantity = fc.integer({ min: 1, max: 4000 }).map((milli) => `${milli}m`);
    fc.assert(
      fc.property(
        blanks,
        comment,
        quote,
        eol,
        quantity,
        quantity,
        fc.integer({ min: 1, max: 6 }),
        (b, c, q, n, from, to, w) => {
          const i = ' '.repeat(w);
          const lines = [`# h`, `functions:${b}${c}`, `${i}g: {limits: {cpu: ${from}}}`, `${i}f:${c}`];
          lines.push(`${i}${i}limits:${c}`, `${i}${i}${i}cpu: ${b}${q}`);
          const prefix = lines.join(n);
          const suffix = `${q}${b}${c}${n}${i}${i}image: x${c}${n}${n}# end`;
          const after = edited(prefix + from + suffix, limits({ cpu: to }));
          expect(after).to.equal(prefix + to + suffix);
          expect(edited(after, limits({ cpu: to }))).to.equal(after);
        },
      ),
    );
  });
});
