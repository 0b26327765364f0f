/** Pieces of the given lengths, over and over; each in a buffer that is spoilt once the next one is asked for. */
export async function* pieces(
  bytes: Uint8Array,
  lengths: readonly number[] = [bytes.length || 1],
): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1;
    const piece = Buffer.from(bytes.subarray(at, at + length));
    yield piece;
    piece.fill(0x7b);
    at += length;
  }
}
