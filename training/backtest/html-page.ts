import { createHash } from 'node:crypto';
import { DARK, LIGHT } from '../plots/theme.ts';

/** Text as it may stand in HTML and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const palette = ({ paper, ink, faint, grid, series }: typeof LIGHT): string =>
  `--paper:${paper};--ink:${ink};--faint:${faint};--grid:${grid};--link:${series[1] ?? ink}`;

/** Screens follow the reader's system; paper is light, and shows what is folded away. */
const STYLE = `
:root{color-scheme:light dark;${palette(LIGHT)}}
@media screen and (prefers-color-scheme:dark){:root{${palette(DARK)}}}
body{margin:0 auto;padding:1.5rem;max-width:66rem;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,'Segoe UI','Helvetica Neue','Liberation Sans',Arial,sans-serif}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.2rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1.5rem 0 .25rem}
p{margin:.25rem 0 .75rem;max-width:46rem}.quiet,caption{color:var(--faint)}a{color:var(--link)}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.87rem;margin:0 0 1rem}
caption{text-align:left;padding:.4rem 0;max-width:min(46rem,88vw)}
th,td{padding:.2rem .6rem;text-align:right;border-bottom:1px solid var(--grid);white-space:nowrap}
th:first-child,td:first-child{text-align:left;padding-left:0;white-space:normal}
thead th{color:var(--faint);font-weight:600;vertical-align:bottom}tbody th{font-weight:400}
tfoot th,tfoot td{font-weight:600;white-space:nowrap}
figure{margin:.5rem 0 1rem}figcaption{font-size:.87rem}
details{border-top:1px solid var(--grid);padding:.5rem 0}
summary{cursor:pointer;font-weight:600}
.plots{display:flex;flex-wrap:wrap;gap:0 1rem}.plots svg,.plot{max-width:100%;height:auto}
@media print{
.plots{flex-wrap:nowrap}.plots svg{flex-shrink:1;min-width:0}
html{font-size:12px}body{max-width:none;padding:0}.wide{overflow:visible}table{font-size:8pt}th,td{padding:.1rem .35rem}
details::details-content{content-visibility:visible;display:block;block-size:auto}
figure,tr,svg{break-inside:avoid}h2,h3,summary,caption{break-after:avoid}a{color:inherit;text-decoration:none}
}
@page{margin:14mm}
`;

/** A page that needs nothing from elsewhere and may load nothing: one style sheet, named by its hash. */
export function htmlPage(title: string, body: string, plotStyle: string): string {
  const style = `${STYLE}${plotStyle}`;
  const hash = createHash('sha256').update(style).digest('base64');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

/** A table whose first column names its rows. `links` are addresses for those names. */
export function htmlTable(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  options: { readonly foot?: readonly (readonly string[])[]; readonly links?: readonly string[] } = {},
): string {
  const cells = (row: readonly string[], link?: string): string => {
    const [name = '', ...rest] = row.map(escapeHtml);
    const label = link === undefined ? name : `<a href="${escapeHtml(link)}">${name}</a>`;
    return `<tr><th scope="row">${label}</th>${rest.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  };
  const titles = head.map((title) => `<th scope="col">${escapeHtml(title)}</th>`).join('');
  const foot = (options.foot ?? []).map((row) => cells(row)).join('\n');
  return `<div class="wide"><table><caption>${escapeHtml(caption)}</caption>
<thead><tr>${titles}</tr></thead>
<tbody>
${rows.map((row, i) => cells(row, options.links?.[i])).join('\n')}
</tbody>${foot === '' ? '' : `<tfoot>\n${foot}\n</tfoot>`}</table></div>`;
}
