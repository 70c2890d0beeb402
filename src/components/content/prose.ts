/** Turns the text of a page into pieces to draw. docs/writing.md says what authors may write. */
import MarkdownIt from 'markdown-it';
import container from 'markdown-it-container';
import type Token from 'markdown-it/lib/token.mjs';

export type Piece =
  | { readonly kind: 'html'; readonly html: string }
  | { readonly kind: 'helplines'; readonly ids: readonly string[] }
  | { readonly kind: 'picture'; readonly name: string }
  /** Links to the headings of the page. */
  | { readonly kind: 'contents' }
  /** Without a picture where none shows what the words say. */
  | { readonly kind: 'easy'; readonly picture: string | undefined; readonly html: string };

/** A heading with what belongs to it; what stands before the first heading has none. */
export type Section = { readonly heading: string | undefined; readonly pieces: readonly Piece[] };

export type Prose = {
  readonly sections: readonly Section[];
  /** Ids of the facts that its sentences rest on, in the order they come. */
  readonly facts: readonly string[];
};

export type Surroundings = {
  /** The address of a page by the id after `page:`; undefined if there is none. */
  readonly addressOf: (id: string) => string | undefined;
  /** What a link to that page says after its words, such as that the page is in another language. */
  readonly noteOn?: (id: string) => string | undefined;
  /** True for text written from right to left: Latin words and numbers in it are kept whole. */
  readonly rightToLeft: boolean;
};

/** What the renderer carries along while it draws one page. */
type Carried = Surroundings & {
  readonly facts: Set<string>;
  inEmergency: boolean;
  /** Of the link that is open. */
  note: string | undefined;
  /** The heading above, as HTML, where answers may stand under it. */
  question: string | undefined;
};

const factMark = /^\[((?:F\d+\.\d+)(?:, ?F\d+\.\d+)*)\]/;
const directive = /^\{\{(?:(helplines|picture) ([a-z0-9 -]+)|(contents))\}\}$/;

/** @throws when a link names no page or a directive is not one we know: the build then fails. */
export function readProse(markdown: string, surroundings: Surroundings): Prose {
  const carried: Carried = {
    ...surroundings,
    facts: new Set(),
    inEmergency: false,
    note: undefined,
    question: undefined,
  };
  const tokens = reader.parse(markdown, carried);
  const sections: { heading: string | undefined; pieces: Piece[] }[] = [{ heading: undefined, pieces: [] }];
  const add = (piece: Piece) => sections.at(-1)?.pieces.push(piece);
  const draw = (from: number, to: number) =>
    reader.renderer.render(tokens.slice(from, to), reader.options, carried);

  for (let at = 0; at < tokens.length;) {
    const end = endOfBlock(tokens, at);
    const opening = tokens[at];
    const line = opening?.type === 'paragraph_open' ? directive.exec(tokens[at + 1]?.content ?? '') : null;
    if (opening?.tag === 'h2') {
      carried.question = undefined;
      sections.push({ heading: draw(at + 1, end - 1), pieces: [] });
    } else if (line?.[1] === 'helplines') {
      add({ kind: 'helplines', ids: line[2]?.split(' ') ?? [] });
    } else if (line?.[1] === 'picture') {
      add({ kind: 'picture', name: line[2] ?? '' });
    } else if (line?.[3] === 'contents') {
      add({ kind: 'contents' });
    } else if (opening?.type === 'container_easy_open') {
      add({ kind: 'easy', picture: argument(opening, 'easy') || undefined, html: draw(at + 1, end - 1) });
    } else {
      const html = draw(at, end);
      add({ kind: 'html', html: opening?.type === 'container_card_open' ? withRoomToWrite(html) : html });
    }
    at = end;
  }
  const html = sections.flatMap(({ pieces }) => pieces.map((piece) => ('html' in piece ? piece.html : '')));
  const left = /\{\{|:::|\[F\d/.exec(html.join('\n'));
  if (left) throw new Error(`a directive that is not understood: ${left[0]}`);
  return {
    sections: sections.filter(({ heading, pieces }) => heading !== undefined || pieces.length > 0),
    facts: [...carried.facts],
  };
}

/** In a card, a line that ends with a colon gets room to write under it. The stylesheet draws it on paper alone. */
function withRoomToWrite(card: string): string {
  return card.replaceAll(/:(?:<\/bdi>)?\s*<\/p>/g, (end) => `${end}<div class="write"></div>`);
}

/** The address of a part within its page: a number, because addresses stay in the browser's history. */
export function idOfPart(index: number): string {
  return `part-${index}`;
}

function endOfBlock(tokens: readonly Token[], from: number): number {
  let depth = 0;
  for (let at = from; at < tokens.length; at += 1) {
    depth += tokens[at]?.nesting ?? 0;
    if (depth === 0) return at + 1;
  }
  return tokens.length;
}

const argument = (token: Token, name: string) => token.info.trim().slice(name.length).trim();

/** Boxes that need no more than an opening and a closing tag, by the word after `:::`. */
const boxes: Readonly<
  Record<string, (label: string, question: string | undefined) => readonly [open: string, close: string]>
> = {
  panel: () => ['<div class="panel">', '</div>'],
  calm: () => ['<div class="panel calm">', '</div>'],
  emergency: () => ['<div class="panel danger">', '</div>'],
  card: () => ['<div class="card">', '</div>'],
  // Read aloud from a list of buttons, "Yes" alone answers nothing.
  answer: (label, question) => [
    `<details><summary>${label}${question ? `<span class="away">: ${question}</span>` : ''}</summary>`,
    '</details>',
  ],
  figure: (label) => [`<div class="fact"><p class="big">${label}</p>`, '</div>'],
  easy: () => ['', ''],
};

/** Its published types are those of an older Markdown reader; what it does is the same. */
const boxed = container as unknown as (md: MarkdownIt, name: string, options: object) => void;

const reader = makeReader();

function makeReader(): MarkdownIt {
  const md = new MarkdownIt({ html: false, linkify: false, typographer: false });
  const { escapeHtml } = md.utils;

  for (const [name, tags] of Object.entries(boxes)) {
    md.use(boxed, name, {
      render: (tokens: Token[], index: number, _options: unknown, carried: Carried) => {
        const token = tokens[index];
        const opens = token?.nesting === 1;
        if (name === 'emergency') carried.inEmergency = opens;
        const [open, close] = tags(
          token && opens ? text(argument(token, name), carried) : '',
          carried.question,
        );
        return `${opens ? open : close}\n`;
      },
    });
  }

  // `[F6.1]` after a sentence: invisible, for whoever checks; the page's end lists what it stands for.
  md.inline.ruler.before('link', 'facts', (state, silent) => {
    const found = factMark.exec(state.src.slice(state.pos));
    if (!found) return false;
    if (!silent) state.push('facts', '', 0).content = found[1] ?? '';
    state.pos += found[0].length;
    return true;
  });
  md.renderer.rules['facts'] = (tokens, index, _options, carried: Carried) => {
    const ids = tokens[index]?.content.split(/, ?/) ?? [];
    for (const id of ids) carried.facts.add(id);
    return `<data value="${ids.join(' ')}"></data>`;
  };

  md.renderer.rules['link_open'] = (tokens, index, options, carried: Carried, self) => {
    const token = tokens[index];
    const href = String(token?.attrGet('href') ?? '');
    const [, id] = /^page:(.+)$/.exec(href) ?? [];
    carried.note = id === undefined ? undefined : carried.noteOn?.(id);
    if (id !== undefined) {
      const address = carried.addressOf(id);
      if (address === undefined) throw new Error(`a link to page:${id}, which is no page`);
      token?.attrSet('href', address);
    } else if (href.startsWith('https://')) {
      token?.attrSet('rel', 'noreferrer');
    } else if (!/^(tel|mailto):/.test(href)) {
      throw new Error(`a link to ${href}: write page:… or an https address`);
    }
    return self.renderToken(tokens, index, options);
  };

  md.renderer.rules['link_close'] = (_tokens, _index, _options, { note }: Carried) =>
    note === undefined ? '</a>' : ` ${md.utils.escapeHtml(note)}</a>`;

  md.renderer.rules['heading_open'] = (tokens, index, options, carried: Carried, self) => {
    if (tokens[index]?.tag === 'h3') {
      const words = (tokens[index + 1]?.children ?? []).filter(({ type }) => type === 'text');
      carried.question = text(words.map(({ content }) => content).join(''), carried);
    }
    return self.renderToken(tokens, index, options);
  };

  md.renderer.rules['ordered_list_open'] = () => '<ol class="steps">\n';

  md.renderer.rules['text'] = (tokens, index, _options, carried: Carried) =>
    text(tokens[index]?.content ?? '', carried);
  return md;

  function text(plain: string, { rightToLeft, inEmergency }: Carried): string {
    // Words of another script keep their order and their voice; so do numbers with spaces in them.
    const foreign = /[A-Za-z][A-Za-z0-9’'&./?!-]*(?:[,:]? [A-Za-z0-9][A-Za-z0-9’'&./?!-]*)*|\d[\d ]*\d/g;
    const whole = rightToLeft
      ? escapeHtml(plain).replaceAll(foreign, (run) =>
          /^\d/.test(run) ? `<bdi dir="ltr">${run}</bdi>` : `<bdi lang="en" dir="ltr">${run}</bdi>`,
        )
      : escapeHtml(plain);
    return inEmergency ? whole.replaceAll(/\b999\b/g, '<a href="tel:999" dir="ltr">999</a>') : whole;
  }
}
