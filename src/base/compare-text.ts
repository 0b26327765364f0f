/** Order by code point, which is the order of the UTF-8 bytes that Go compares. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left === right) continue;
    // Surrogates stand for code points above every other unit.
    const leftAbove = left >= 0xd800 && left <= 0xdfff;
    const rightAbove = right >= 0xd800 && right <= 0xdfff;
    if (leftAbove !== rightAbove) return leftAbove ? 1 : -1;
    return left - right;
  }
  return a.length - b.length;
}
