/** What a scrape of these metrics is answered with, as a whole and by one of its series. */
export function metricsReader(exposition: () => AsyncIterable<string>) {
  const text = async (): Promise<string> => {
    let all = '';
    for await (const piece of exposition()) all += piece;
    return all;
  };
  /** The value of one series; undefined where there is none. */
  const value = async (series: string): Promise<number | undefined> => {
    const line = (await text()).split('\n').find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length));
  };
  return { text, value };
}
