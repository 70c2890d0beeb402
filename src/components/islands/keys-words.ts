/** What the key page hands to its island: its own words, and those of opening, which its last step tries out. */
import type english from '../../i18n/strings/en/keys.json';
import type { OpenPage } from './open-words.ts';

export type KeysWords = typeof english;

export type KeysPage = OpenPage & { readonly keys: KeysWords };
