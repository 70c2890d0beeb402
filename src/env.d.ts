/// <reference types="astro/client" />

declare namespace App {
  /** What our server hands to every page that is drawn on demand. */
  interface Locals {
    /** What stands behind the form; pages pass it on to the one function they call. */
    readonly desk: import('./server/intake/submit.ts').Desk;
    /** Finds pages by what a person types. */
    readonly search: import('./server/intake/search/search.ts').Search;
    /** The posted form; absent on GET. */
    readonly form?: ReadonlyMap<string, readonly string[]>;
    /** Where the posted form came from. */
    readonly sender?: import('./server/intake/lane.ts').Sender;
  }
}
