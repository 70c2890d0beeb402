/** The card that a page holds, made for paper. */
import { readProse, type Surroundings } from '../content/prose.ts';

/**
 * The first card of a text: its first line becomes the heading.
 *
 * @throws when the text holds no card.
 */
export function cardOnPaper(markdown: string, surroundings: Surroundings): string {
  const { sections } = readProse(markdown, surroundings);
  const card = sections
    .flatMap(({ pieces }) => pieces)
    .map((piece) => (piece.kind === 'html' ? piece.html : ''))
    .find((html) => html.startsWith('<div class="card">'));
  if (card === undefined) throw new Error('there is no card in this text');
  return card.replace(/<p><strong>(.*?)<\/strong><\/p>/, '<h1>$1</h1>');
}
