/** The page on which a demonstration shows its mail, and offers the key and passphrase a service would have. */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { keysFolder, passphraseFile } from './keys.ts';
import { messagesIn, type MailboxMessage } from './mailbox.ts';

const policy =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Listens on loopback; `siteOrigin` is where links in the messages may lead. */
export function mailboxPage(dataDir: string, siteOrigin: string): Server {
  return createServer((request, response) => {
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Content-Security-Policy', policy);
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    answer(path).then(
      (found) => {
        if (!found) return void response.writeHead(404).end();
        response.setHeader('Content-Type', found.type);
        if (found.download)
          response.setHeader('Content-Disposition', `attachment; filename="${found.download}"`);
        response.end(found.body);
      },
      () => response.writeHead(500).end(),
    );
  });

  async function answer(
    path: string,
  ): Promise<{ type: string; body: string; download?: string } | undefined> {
    if (path === '/') return { type: 'text/html; charset=utf-8', body: page(await messagesIn(dataDir)) };
    if (path === '/messages.json') {
      return { type: 'application/json', body: JSON.stringify(await messagesIn(dataDir)) };
    }
    if (path === '/mailbox.css') return { type: 'text/css', body: stylesheet };
    const key = keyFiles().find((file) => path === `/keys/${file}`);
    if (key)
      return {
        type: 'text/plain',
        body: readFileSync(join(keysFolder(dataDir), key), 'utf8'),
        download: key,
      };
    if (path === '/passphrase.txt')
      return { type: 'text/plain', body: readFileSync(passphraseFile(dataDir), 'utf8') };
    return undefined;
  }

  function keyFiles(): string[] {
    return readdirSync(keysFolder(dataDir)).sort();
  }

  function page(messages: readonly MailboxMessage[]): string {
    const keys = keyFiles().map((file) => `<li><a href="/keys/${file}" download>${file}</a></li>`);
    const passphrase = readFileSync(passphraseFile(dataDir), 'utf8').trim();
    return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>Mailbox of the demonstration</title><link rel="stylesheet" href="/mailbox.css"></head><body><main>
<h1>Mailbox of the demonstration</h1>
<p>Every message the portal sent, as a service would receive it. Nothing has left this machine. Load the page again to see new ones.</p>
<section aria-labelledby="keys"><h2 id="keys">The demonstration’s key</h2>
<p>A service keeps its own key and passphrase. For the demonstration they are here; either key opens every message.</p>
<ul>${keys.join('')}</ul><p>Passphrase: <code id="passphrase">${escaped(passphrase)}</code></p></section>
<h2>Messages: ${messages.length}</h2>
${messages.map(article).join('\n')}
</main></body></html>`;
  }

  function article({ id, receivedAt, from, to, subject, text, eml }: MailboxMessage): string {
    const headers = eml.split(/\r?\n\r?\n/, 1)[0] ?? '';
    return `<article aria-labelledby="m${id}"><h3 id="m${id}">${escaped(subject)}</h3>
<dl><div><dt>From</dt><dd>${escaped(from)}</dd></div><div><dt>To</dt><dd>${escaped(to)}</dd></div>
<div><dt>Received</dt><dd>${receivedAt}</dd></div></dl>
<pre>${linked(text)}</pre>
<details><summary>Headers as received</summary><pre>${escaped(headers)}</pre></details></article>`;
  }

  /** Only links to the portal itself become links. */
  function linked(text: string): string {
    const link = new RegExp(`(${siteOrigin.replace(/[.*+?^\${}()|[\]\\/]/g, '\\$&')}/[^\\s<>"]+)`, 'g');
    return text
      .split(link)
      .map((part, index) =>
        index % 2 === 1 ? `<a href="${escaped(part)}">${escaped(part)}</a>` : escaped(part),
      )
      .join('');
  }
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

const stylesheet = `
body{margin:0;font:1.0625rem/1.6 system-ui,sans-serif;background:Canvas;color:CanvasText}
main{max-inline-size:50rem;margin:auto;padding:1.25rem}
article,section{border:1px solid;border-radius:.6rem;padding:1rem 1.25rem;margin-block:1.5rem}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:1rem/1.5 ui-monospace,monospace}
dl div{display:flex;gap:.75rem}dt{min-inline-size:5rem;font-weight:600}dd{margin:0;overflow-wrap:anywhere}
a,summary{display:inline-block;padding-block:.4rem}pre a{display:inline;overflow-wrap:anywhere}
`;
