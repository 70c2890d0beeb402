/** The stylesheet mirrors, and everybody can read it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const folder = new URL('../../src/styles/', import.meta.url);
const parts = readdirSync(folder).filter((name) => name.endsWith('.css'));
const css = new Map(
  parts.map((name) => [name, readFileSync(new URL(name, folder), 'utf8').replace(/\/\*[^]*?\*\//g, '')]),
);

function declarations(): { part: string; property: string; value: string }[] {
  return [...css].flatMap(([part, text]) =>
    [...text.matchAll(/(?<=[{;])\s*([a-z-]+)\s*:\s*([^;{}]+)(?=[;}])/g)].map(([, property, value]) => ({
      part,
      property: property ?? '',
      value: (value ?? '').trim(),
    })),
  );
}

test('a right-to-left page is the same page mirrored: no rule names left or right', () => {
  const physical = declarations().filter(
    ({ property, value }) =>
      /(^|-)(left|right|top|bottom)(-|$)/.test(property) ||
      /^(width|height|(min|max)-(width|height))$/.test(property) ||
      (/^(float|clear|text-align|caption-side)$/.test(property) && /left|right/.test(value)),
  );
  assert.deepEqual(physical, []);
});

test('no shorthand says one thing of the left side and another of the right', () => {
  const sides = /^(margin|padding|inset|border-(width|style|color)|scroll-(margin|padding))$/;
  const lopsided = declarations().filter(({ property, value }) => {
    const [, end, , start] = value.split(/\s+(?![^(]*\))/);
    return sides.test(property) && start !== undefined && start !== end;
  });
  assert.deepEqual(lopsided, []);
});

test('nothing moves, and nothing is fetched from elsewhere', () => {
  const found = declarations().filter(
    ({ property, value }) => /^(animation|transition)/.test(property) || /url\(/.test(value),
  );
  assert.deepEqual(found, []);
  assert.ok([...css.values()].every((text) => !text.includes('@font-face')));
});

/** The colours of one scheme by name, such as 'ink' → '#26221d'. */
function palette(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(/--([a-z]+):\s*(#[0-9a-f]{3,6});/g)].map(([, name, hex]) => [name ?? '', hex ?? '']),
  );
}

function luminance(hex: string): number {
  const digits = hex.length === 4 ? hex.replace(/[0-9a-f]/g, '$&$&') : hex;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2.2 contrast ratio, 1 to 21. */
function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

const tokens = css.get('tokens.css') ?? '';
const darkAt = tokens.indexOf('@media (prefers-color-scheme: dark)');
const schemes = { light: palette(tokens.slice(0, darkAt)), dark: palette(tokens.slice(darkAt)) };

/** Every ground a colour may stand on. */
const textOn = {
  ink: ['ground', 'raise', 'sink', 'lichen', 'well', 'mindbg'],
  soft: ['ground', 'raise', 'sink', 'lichen'],
  link: ['ground', 'raise', 'sink', 'lichen'],
  mind: ['ground', 'raise', 'mindbg', 'lichen'],
  on: ['act'],
  ground: ['ink'],
};
const edgeOn = {
  edge: ['ground', 'raise', 'sink', 'lichen', 'well'],
  act: ['ground', 'raise', 'lichen', 'well'],
  mind: ['ground', 'well', 'mindbg'],
  warm: ['ground'],
  cool: ['ground'],
};

for (const [scheme, colours] of Object.entries(schemes)) {
  const ratios = (table: Record<string, readonly string[]>) =>
    Object.entries(table).flatMap(([front, grounds]) =>
      grounds.map((ground) => {
        const [one, other] = [colours.get(front), colours.get(ground)];
        assert.ok(one && other, `${scheme} has ${front} and ${ground}`);
        return { pair: `${front} on ${ground}`, ratio: contrast(one, other) };
      }),
    );

  test(`${scheme}: text is at least 7:1 on every ground it may stand on`, () => {
    assert.deepEqual(
      ratios(textOn).filter(({ ratio }) => ratio < 7),
      [],
    );
  });

  test(`${scheme}: the borders of controls and the two ways are at least 3:1`, () => {
    assert.deepEqual(
      ratios(edgeOn).filter(({ ratio }) => ratio < 3),
      [],
    );
  });
}
