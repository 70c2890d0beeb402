/** Reads the link of a notice, `/en/p/#7K2Q-9FXB.<capability>`. What stands after # never reaches a server's log. */
import { tidyCode } from './codes.ts';

/** What lets a browser fetch one sealed referral. It opens nothing: that takes a key. */
export type Link = { readonly reference: string; readonly capability: string };

/** 'broken' is a link that lost a part on its way, as long links in mail do; 'none' is a page opened without one. */
export type LinkRead = { kind: 'link'; link: Link } | { kind: 'broken' } | { kind: 'none' };

/** @param fragment `location.hash`, with or without its # */
export function readLink(fragment: string): LinkRead {
  // Mail programs take a full stop or a bracket after a link for a part of it.
  const text = fragment.replace(/^#/, '').replace(/[^0-9a-z]+$/i, '');
  if (text === '') return { kind: 'none' };

  const [typedReference = '', capability = '', ...more] = text.split('.');
  const reference = tidyCode(typedReference, 8);
  const whole = reference !== undefined && /^[0-9a-f]{32}$/.test(capability) && more.length === 0;
  return whole ? { kind: 'link', link: { reference, capability } } : { kind: 'broken' };
}
