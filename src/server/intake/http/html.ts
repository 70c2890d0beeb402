/** Writing HTML where no page framework runs: what is put into it is escaped, unless it was written here itself. */

export type Html = { readonly html: string };

type Part = string | number | Html | readonly Html[];

/** `` html`<p>${text}</p>` ``: every string and number is text, never markup. */
export function html(fixed: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: fixed.map((text, index) => text + written(parts[index])).join('') };
}

export const nothing: Html = { html: '' };

function written(part: Part | undefined): string {
  if (part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return 'html' in part ? part.html : part.map(written).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/gu, (letter) => entities[letter] ?? letter);
}
