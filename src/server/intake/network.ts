/**
 * The /24 of an IPv4 address, the /56 of an IPv6 one, as text. Undefined for what is neither, and for this machine itself:
 * a proxy on it stands for everybody.
 */
export function networkOf(address: string | undefined): string | undefined {
  const text = (address ?? '')
    .trim()
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, '');
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/.exec(text);
  if (four) return four[1] === '127' ? undefined : `${four[1]}.${four[2]}.${four[3]}`;
  if (!URL.canParse(`http://[${text}]`)) return undefined;
  const plain = new URL(`http://[${text}]`).hostname.slice(1, -1);
  if (plain === '::1') return undefined;
  const [before = '', after = ''] = plain.split('::');
  const head = before.split(':').filter(Boolean);
  const tail = after.split(':').filter(Boolean);
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  const groups = [...head, ...zeros, ...tail].map((group) => group.padStart(4, '0'));
  return groups.join('').slice(0, 14);
}
