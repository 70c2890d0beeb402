/** What the finder draws, already in words: the server makes it once per language, the browser fetches it once. */
import type english from '../../i18n/strings/en/find.json';

export type FindWords = typeof english;

/** A name that may stand in another language than the page around it. */
export type Named = { readonly text: string; readonly lang?: string };

export type Row = { readonly label: string; readonly lines: readonly string[] };

/** A number to ring, with who it is for and when; without it where nobody is sure of it. */
export type Line = {
  readonly name: Named;
  readonly number: string | undefined;
  readonly about: readonly string[];
};

/** An organisation and how to reach it; null where nobody knows. */
export type Reach = {
  readonly name: string;
  readonly phone: string | null;
  readonly email: string | null;
  readonly website: string | null;
};

/** A service or a signpost. */
export type Card = {
  readonly title: Named;
  readonly text: readonly string[];
  readonly ways: readonly Reach[];
  readonly rows: readonly Row[];
  readonly helplines: readonly Line[];
  readonly source: readonly string[];
};

/** Key of a card: the id of a service, or 'to:' and the id of a signpost. */
export type CardId = string;

export type PlaceAnswer = {
  readonly name: Named;
  readonly isArea: boolean;
  readonly why: string;
  readonly card: CardId;
  readonly also: readonly CardId[];
  /** The service that a form from here would go to, if it is open. */
  readonly asks: string | null;
  readonly local: readonly Reach[];
  /** Codes of the places next to it. */
  readonly neighbours: readonly string[];
};

export type FindData = {
  readonly words: FindWords;
  /** Labels of the ways to reach somebody. */
  readonly reach: {
    readonly phone: string;
    readonly email: string;
    readonly website: string;
    readonly none: string;
  };
  /** By code of area or other place. */
  readonly places: Readonly<Record<string, PlaceAnswer>>;
  /** Codes in the order of the list. */
  readonly areas: readonly string[];
  readonly others: readonly string[];
  readonly cards: Readonly<Record<CardId, Card>>;
  /** Services that can receive from here. */
  readonly open: readonly string[];
  /** Names by ONS code. */
  readonly councils: Readonly<Record<string, string>>;
  readonly findPath: string;
  /** The four ways to ask, with the neutral address of each. */
  readonly doors: readonly { readonly path: string; readonly label: string }[];
};
