import { expect } from 'chai';
import { load } from 'js-yaml';
import { csvText, jsonText, yamlText } from '../../../cli/recommend/formats.ts';
import { htmlText } from '../../../cli/recommend/html.ts';
import { tableText } from '../../../cli/recommend/table.ts';
import { AT, REPORT, WASTEFUL } from './report.ts';

const plain = { colour: false, quiet: false, columns: 200 };

describe('The table of recommendations', () => {
  it('says what is set and would be, what is used, what that saves, and how sure it is', () => {
    expect(tableText(REPORT, plain)).to.equal(
      [
        'function  why        CPU request  CPU limit    memory request  memory limit  pods  CPU p50/p95/peak  memory p50/p95/peak  slowed  Δ CPU  Δ memory  sure',
        'slow      throttled  50m → 99m    100m → 480m  128Mi           256Mi         1     60m/90m/90m       100Mi/110Mi/110Mi    ×4.0    +49m   0         medium',
        'idle      waste      100m → 6m    –            128Mi → 22Mi    256Mi → 24Mi  2     4m/5m/5m          19Mi/20Mi/20Mi       –       −188m  −212Mi    high',
        '',
        'the local platform, namespace openfaas-fn: 2 functions; requests fall by 139m of CPU and 212Mi of memory',
        'confidence medium: 1h of use known, of 8d (slow)',
        'confidence high: 8d of use known, and the forecasts held (idle)',
        'wrong is left alone: foresize/mode: "maybe" must be one of off, recommend, apply',
        'note: calls are not known',
        '',
      ].join('\n'),
    );
  });

  it('says which way each sum goes, and nothing of what stays', () => {
    const sumOf = (savedCpuCores: number, savedMemoryBytes: number): string => {
      const totals = { ...REPORT.totals, savedCpuCores, savedMemoryBytes };
      return /requests (.*)/.exec(tableText({ ...REPORT, totals }, plain))?.[1] ?? '';
    };
    expect(sumOf(-0.013, 99 * 2 ** 20)).to.equal('grow by 13m of CPU and fall by 99Mi of memory');
    expect(sumOf(-0.013, -99 * 2 ** 20)).to.equal('grow by 13m of CPU and 99Mi of memory');
    expect(sumOf(0, 99 * 2 ** 20)).to.equal('fall by 99Mi of memory');
    expect(sumOf(0, 0)).to.equal('stay as they are');
  });

  it('fits a narrow terminal by leaving out the least telling columns', () => {
    const text = tableText(REPORT, { ...plain, columns: 60, quiet: true });
    expect(text).to.equal(
      [
        'function  why        CPU request  memory request',
        'slow      throttled  50m → 99m    128Mi',
        'idle      waste      100m → 6m    128Mi → 22Mi',
        '',
      ].join('\n'),
    );
  });

  it('has colours only where asked', () => {
    expect(tableText(REPORT, plain)).not.to.include('\u001b');
    expect(tableText(REPORT, { ...plain, colour: true })).to.include('\u001b[31mthrottled');
  });
});

describe('Other formats of recommendations', () => {
  it('are CSV, a row a function, empty where nothing is known', () => {
    const [heading, slow] = csvText(REPORT).split('\n');
    expect(heading).to.match(/^namespace,function,pods,reason,confidence,/);
    expect(slow).to.equal(
      'openfaas-fn,slow,1,throttled,medium,"1h of use known, of 8d",0.05,0.099,0.1,0.48,134217728,134217728,268435456,268435456,0.06,0.09,0.09,104857600,115343360,115343360,3,-0.049,0',
    );
  });

  it('are JSON that holds all of it', () => {
    const read: unknown = JSON.parse(jsonText(REPORT));
    expect(read).to.deep.equal(JSON.parse(JSON.stringify(REPORT)));
  });

  it('are a patch of stack.yml with nothing but what changes', () => {
    const text = yamlText(REPORT, 'medium');
    expect(text).to.include(`at ${new Date(AT).toISOString()}`);
    expect(load(text)).to.deep.equal({
      functions: {
        slow: { limits: { cpu: '480m' }, requests: { cpu: '99m' } },
        idle: { limits: { memory: '24Mi' }, requests: { cpu: '6m', memory: '22Mi' } },
      },
    });
  });

  it('leave out of the patch what is less sure than asked for, and say so in it', () => {
    const text = yamlText(REPORT, 'high');
    expect(load(text)).to.have.nested.property('functions').that.has.keys('idle');
    expect(text).to.include(
      '# left out, for less confidence than high: slow (medium: 1h of use known, of 8d); --min-confidence medium takes all\n',
    );
  });

  it('are one HTML page without anything outside of it, names escaped', () => {
    const evil = { ...WASTEFUL, name: '<script>alert(1)</script>' };
    const text = htmlText({ ...REPORT, recommendations: [evil] });
    expect(text).to.include('&lt;script&gt;alert(1)').and.to.include('<td>100m → 6m</td>');
    expect(text).not.to.match(/<script|https?:|src=|@import/);
  });
});
