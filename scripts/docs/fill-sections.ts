/** Writes a section's Markdown. */
export type Section = () => string | Promise<string>;

const SECTION = /<!-- generated: ([\w-]+) -->[^]*?<!-- \/generated -->/g;

/**
 * The text with each `<!-- generated: NAME -->` … `<!-- /generated -->` filled in by the section of that name.
 * Throws an Error where there is none.
 */
export async function fillSections(
  text: string,
  sections: Readonly<Record<string, Section>>,
): Promise<string> {
  const named = [...text.matchAll(SECTION)].map(([, name = '']) => name);
  const filled = new Map<string, string>();
  for (const name of named) {
    const section = sections[name];
    if (section === undefined) throw new Error(`there is no generated section ${name}`);
    filled.set(name, await section());
  }
  return text.replaceAll(
    SECTION,
    (_, name: string) => `<!-- generated: ${name} -->\n\n${filled.get(name) ?? ''}\n\n<!-- /generated -->`,
  );
}
