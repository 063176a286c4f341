import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { CALL_METRICS, CONTAINER_METRICS, CONTAINER_SPECS } from '#platform/sources/cadvisor-names.ts';
import { panelQueries } from './dashboard.ts';
import { chartFile } from './manifests.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const rules = ['recording-rules', 'alert-rules'].map((name) =>
  readFileSync(chartFile(`prometheus/${name}.yml`), 'utf8'),
);
const texts = [...rules, ...panelQueries.map(({ expr }) => expr)].join('\n');

const used = (pattern: RegExp): readonly string[] => [...new Set(texts.match(pattern))].toSorted();

/** Names that the sources of the product quote: its own metrics. */
function ownMetrics(): ReadonlySet<string> {
  const files = ['src', 'functions', 'template/typescript'].flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.includes('node_modules'))
      .map((path) => join(repository, folder, path)),
  );
  const names = files.flatMap(
    (file) => readFileSync(file, 'utf8').match(/(?<=['"`])foresize_[a-z0-9_]+(?=['"`])/g) ?? [],
  );
  return new Set(names);
}

describe('The metrics that rules and dashboard ask for', () => {
  it('are, of containers, those that the product reads too', () => {
    const known = [...Object.keys(CONTAINER_METRICS), ...Object.keys(CONTAINER_SPECS)];
    // A recorded name has the metric's between colons.
    expect(known).to.include.members(used(/(?<![\w:])container_[a-z_]+(?=\{)/g));
  });

  it('are, of calls, those that the product reads too', () => {
    const known: readonly string[] = Object.values(CALL_METRICS);
    expect(known).to.include.members(used(/(?<!\w)gateway_[a-z_]+(?=\{)/g));
  });

  it('are, where they are recorded, those of the recording rules', () => {
    const recorded = [...(rules[0] ?? '').matchAll(/record: (\S+)/g)].map(([, name]) => name);
    expect(recorded).to.include.members(used(/namespace_container:[\w:]+/g));
  });

  it('are, of Foresize itself, those that it serves (skipped while it serves none)', function () {
    const own = ownMetrics();
    if (own.size === 0) this.skip();
    const asked = used(/(?<![\w-])foresize_[a-z0-9_]+/g).map((name) =>
      own.has(name) ? name : name.replace(/_(bucket|sum|count)$/, ''),
    );
    expect([...own]).to.include.members(asked);
  });
});
