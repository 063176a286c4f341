import type { Recommendation } from '#core/recommend/recommendation.ts';
import { change, savedText, slowdownText, useText } from './cells.ts';
import { remarksOf, type Report } from './report.ts';

const HEADINGS = [
  'function',
  'why',
  'CPU request',
  'CPU limit',
  'memory request',
  'memory limit',
  'pods',
  'CPU p50/p95/peak',
  'memory p50/p95/peak',
  'slowed',
  'Δ CPU',
  'Δ memory',
  'confidence',
] as const;

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (found) => escapes[found] ?? found);

function cellsOf({
  name,
  reason,
  from,
  to,
  pods,
  use,
  stretch,
  confidence,
  ...saved
}: Recommendation): string[] {
  return [
    name,
    reason,
    change('cpu', from.cpuRequestCores, to.cpuRequestCores),
    change('cpu', from.cpuLimitCores, to.cpuLimitCores),
    change('memory', from.memoryRequestBytes, to.memoryRequestBytes),
    change('memory', from.memoryLimitBytes, to.memoryLimitBytes),
    String(pods),
    useText('cpu', use.cpu),
    useText('memory', use.memory),
    slowdownText(stretch),
    savedText('cpu', saved.savedCpuCores),
    savedText('memory', saved.savedMemoryBytes),
    `${confidence.level}: ${confidence.reason}`,
  ];
}

/** One page without anything outside of it, light and dark. */
export function htmlText(report: Report): string {
  const { target, at, recommendations } = report;
  const rows = recommendations.map((one) => {
    const [name = '', ...rest] = cellsOf(one).map(escaped);
    return `<tr class="${one.reason}"><th scope="row">${name}</th>${rest.map((text) => `<td>${text}</td>`).join('')}</tr>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Foresize: recommendations</title>
<style>
:root { color-scheme: light dark; font: 15px/1.4 system-ui, sans-serif; }
body { margin: 2rem; }
div { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { padding: 0.3rem 0.7rem; text-align: left; white-space: nowrap; border-bottom: 1px solid #8885; }
.killed td:first-of-type, .leak td:first-of-type, .throttled td:first-of-type { color: light-dark(#a00, #f88); }
</style>
<h1>Recommendations for ${escaped(target)}</h1>
<p>${new Date(at).toISOString()}</p>
<div tabindex="0"><table>
<thead><tr>${HEADINGS.map((text) => `<th scope="col">${text}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>
<ul>${remarksOf(report)
    .map((text) => `<li>${escaped(text)}</li>`)
    .join('')}</ul>
</html>
`;
}
