import { expect } from 'chai';
import fc from 'fast-check';
import { isObject, parseJson, sameJson, type Json } from '../../../local/kubernetes/json.ts';
import { applyJsonPatch } from '../../../local/kubernetes/patch/json-patch.ts';
import { applyMergePatch } from '../../../local/kubernetes/patch/merge-patch.ts';
import { applyStrategicMerge } from '../../../local/kubernetes/patch/strategic-merge.ts';
import { parseResourcePath } from '../../../local/kubernetes/request-path.ts';
import { parseFieldSelector, parseLabelSelector } from '../../../local/kubernetes/selectors.ts';
import { StatusError } from '../../../local/kubernetes/status.ts';

const json = fc.json({ maxDepth: 4 }).map(parseJson);
const object = fc.dictionary(fc.string(), json).map((value): Json => value);

/** What `run` gives, or undefined for a refusal; every other error fails the test. */
function unlessRefused<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof StatusError && error.code < 500) return undefined;
    throw error;
  }
}

describe('JSON patch', () => {
  const cases: [string, Json, Json, Json][] = [
    ['adds a member', { a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
    ['inserts into a list', [1, 3], [{ op: 'add', path: '/1', value: 2 }], [1, 2, 3]],
    ['appends to a list', { l: [1] }, [{ op: 'add', path: '/l/-', value: 2 }], { l: [1, 2] }],
    ['removes', { a: [1, 2] }, [{ op: 'remove', path: '/a/0' }], { a: [2] }],
    ['replaces the whole', { a: 1 }, [{ op: 'replace', path: '', value: 7 }], 7],
    ['moves', { a: 1 }, [{ op: 'move', from: '/a', path: '/b' }], { b: 1 }],
    ['copies', { a: { x: 1 } }, [{ op: 'copy', from: '/a', path: '/b' }], { a: { x: 1 }, b: { x: 1 } }],
    ['reads escapes', { 'a/b~': 1 }, [{ op: 'replace', path: '/a~1b~0', value: 2 }], { 'a/b~': 2 }],
  ];
  for (const [what, target, patch, result] of cases) {
    it(what, () => {
      expect(applyJsonPatch(target, patch)).to.deep.equal(result);
    });
  }

  it('does nothing by half: one failed operation fails all', () => {
    const target = { a: 1 };
    const patch = [
      { op: 'replace', path: '/a', value: 2 },
      { op: 'test', path: '/a', value: 3 },
    ];
    expect(() => applyJsonPatch(target, patch)).to.throw(StatusError, 'testing value /a failed');
    expect(target).to.deep.equal({ a: 1 });
  });

  it('refuses or applies whatever it is given, and leaves the target as it was', () => {
    const operation = fc.record({
      op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'),
      path: fc.oneof(fc.string(), fc.constantFrom('', '/a', '/a/0', '/a/-', '/b/c')),
      from: fc.constantFrom('', '/a', '/b', '/a/0'),
      value: json,
    });
    fc.assert(
      fc.property(object, fc.array(operation), (target, patch) => {
        const before = JSON.stringify(target);
        unlessRefused(() => applyJsonPatch(target, patch));
        expect(JSON.stringify(target)).to.equal(before);
      }),
    );
  });
});

describe('Merge patch', () => {
  it('follows the example of RFC 7386', () => {
    const target = { title: 'Goodbye!', author: { given: 'John', family: 'Doe' }, tags: ['a', 'b'], c: 1 };
    const patch = { title: 'Hello!', phone: '+01', author: { family: null }, tags: ['a'] };
    expect(applyMergePatch(target, patch)).to.deep.equal({
      title: 'Hello!',
      author: { given: 'John' },
      tags: ['a'],
      c: 1,
      phone: '+01',
    });
  });

  it('applied twice is applied once', () => {
    fc.assert(
      fc.property(object, json, (target, patch) => {
        const once = applyMergePatch(target, patch);
        expect(sameJson(applyMergePatch(once, patch), once)).to.equal(true);
      }),
    );
  });
});

describe('Strategic merge patch', () => {
  const target = { spec: { containers: [{ name: 'a', image: 'x' }, { name: 'b' }], args: ['1'] } };

  it('merges containers by name and replaces other lists', () => {
    const patch = { spec: { containers: [{ name: 'b', image: 'y' }, { name: 'c' }], args: ['2'] } };
    expect(applyStrategicMerge(target, patch)).to.deep.equal({
      spec: {
        containers: [{ name: 'a', image: 'x' }, { name: 'b', image: 'y' }, { name: 'c' }],
        args: ['2'],
      },
    });
  });

  it('knows the directives delete and replace, and ignores the order of elements', () => {
    const removed = {
      spec: { '$setElementOrder/containers': [{ name: 'b' }], containers: [{ name: 'a', $patch: 'delete' }] },
    };
    expect(applyStrategicMerge(target, removed))
      .to.have.nested.property('spec.containers')
      .that.deep.equals([{ name: 'b' }]);
    const replaced = { spec: { containers: [{ $patch: 'replace' }, { name: 'c' }] } };
    expect(applyStrategicMerge(target, replaced))
      .to.have.nested.property('spec.containers')
      .that.deep.equals([{ name: 'c' }]);
    expect(applyStrategicMerge(target, { spec: { $patch: 'replace', x: 1 } })).to.deep.equal({
      spec: { x: 1 },
    });
    expect(applyStrategicMerge(target, { spec: { $patch: 'delete' } })).to.deep.equal({ spec: {} });
  });

  it('refuses an element without its key and an unknown directive', () => {
    const keyless = { spec: { containers: [{ image: 'x' }] } };
    expect(() => applyStrategicMerge(target, keyless)).to.throw(StatusError, 'merge key: name');
    expect(() => applyStrategicMerge(target, { $patch: 'explode' })).to.throw(StatusError, 'explode');
  });

  it('is a merge patch where there are no keyed lists', () => {
    fc.assert(
      fc.property(object, object, (a, patch) => {
        fc.pre(
          !/"\$|"(?:containers|initContainers|conditions|env|ports|ownerReferences)"/.test(
            JSON.stringify(patch),
          ),
        );
        expect(sameJson(applyStrategicMerge(a, patch), applyMergePatch(a, patch))).to.equal(true);
      }),
    );
  });
});

describe('What a request is taken apart into', () => {
  it('is refused or understood, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        unlessRefused(() => parseResourcePath(text));
        unlessRefused(() => parseLabelSelector(text)({ metadata: { labels: { a: 'b' } } }));
        unlessRefused(() => parseFieldSelector(text)({ metadata: { name: 'x' } }));
      }),
    );
  });

  it('finds group, namespace, name and subresource in a path', () => {
    expect(parseResourcePath('/apis/apps/v1/namespaces/n/deployments/d/scale')).to.deep.equal({
      group: 'apps',
      version: 'v1',
      namespace: 'n',
      resource: 'deployments',
      name: 'd',
      subresource: 'scale',
      rest: '',
    });
    expect(parseResourcePath('/api/v1/namespaces/n')).to.include({
      resource: 'namespaces',
      name: 'n',
      namespace: 'n',
    });
    expect(parseResourcePath('/api/v1')).to.equal(undefined);
  });

  it('never makes a prototype of a key', () => {
    const merged = applyMergePatch({}, parseJson('{"__proto__":{"polluted":true}}'));
    expect(isObject(merged) && Object.getPrototypeOf(merged)).to.equal(Object.prototype);
    expect('polluted' in {}).to.equal(false);
  });
});
