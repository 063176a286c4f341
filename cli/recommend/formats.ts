import type { ConfidenceLevel, Recommendation } from '#core/recommend/recommendation.ts';
import { editTo } from '#platform/stack/stack-actuator.ts';
import { dump } from 'js-yaml';
import { byConfidence, doubtText, isChange } from './by-confidence.ts';
import type { Report } from './report.ts';

/** One line of JSON. CPU in cores, memory in bytes, times in Unix ms. */
export function jsonText(report: Report): string {
  return `${JSON.stringify(report)}\n`;
}

const CSV_COLUMNS: readonly (readonly [string, (one: Recommendation) => string | number | null])[] = [
  ['namespace', ({ namespace }) => namespace],
  ['function', ({ name }) => name],
  ['pods', ({ pods }) => pods],
  ['reason', ({ reason }) => reason],
  ['confidence', ({ confidence }) => confidence.level],
  ['confidence_reason', ({ confidence }) => confidence.reason],
  ['cpu_request_cores', ({ from }) => from.cpuRequestCores],
  ['cpu_request_recommended_cores', ({ to }) => to.cpuRequestCores],
  ['cpu_limit_cores', ({ from }) => from.cpuLimitCores],
  ['cpu_limit_recommended_cores', ({ to }) => to.cpuLimitCores],
  ['memory_request_bytes', ({ from }) => from.memoryRequestBytes],
  ['memory_request_recommended_bytes', ({ to }) => to.memoryRequestBytes],
  ['memory_limit_bytes', ({ from }) => from.memoryLimitBytes],
  ['memory_limit_recommended_bytes', ({ to }) => to.memoryLimitBytes],
  ['cpu_p50_cores', ({ use }) => use.cpu.p50],
  ['cpu_p95_cores', ({ use }) => use.cpu.p95],
  ['cpu_peak_cores', ({ use }) => use.cpu.peak],
  ['memory_p50_bytes', ({ use }) => use.memory.p50],
  ['memory_p95_bytes', ({ use }) => use.memory.p95],
  ['memory_peak_bytes', ({ use }) => use.memory.peak],
  ['stretch', ({ stretch }) => stretch],
  ['saved_cpu_cores', ({ savedCpuCores }) => savedCpuCores],
  ['saved_memory_bytes', ({ savedMemoryBytes }) => savedMemoryBytes],
];

/** With a heading, by RFC 4180; what is unknown is empty. */
export function csvText({ recommendations }: Report): string {
  const line = (cells: readonly (string | number | null)[]): string => `${cells.map(quoted).join(',')}\n`;
  const heading = line(CSV_COLUMNS.map(([name]) => name));
  return heading + recommendations.map((one) => line(CSV_COLUMNS.map(([, cell]) => cell(one)))).join('');
}

function quoted(cell: string | number | null): string {
  const text = cell === null ? '' : String(cell);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A patch of stack.yml: the functions that change, with nothing but their new limits and requests. */
export function yamlText({ target, at, recommendations }: Report, least: ConfidenceLevel): string {
  const { sure, doubtful } = byConfidence(recommendations, least);
  const functions = sure.filter(isChange).map(({ name, from, to }) => {
    const { limits, requests } = editTo(name, from, to);
    const sections = Object.entries({ limits, requests }).filter(([, keys]) => Object.keys(keys).length > 0);
    return [name, Object.fromEntries(sections)] as const;
  });
  const told = doubtText(doubtful, least);
  const head = `# Recommended for ${target} at ${new Date(at).toISOString()}.\n`;
  return `${head}${told === null ? '' : `# ${told}\n`}${dump({ functions: Object.fromEntries(functions) })}`;
}
