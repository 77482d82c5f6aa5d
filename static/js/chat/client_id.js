/**
 * The name that a message gets before the server knows it, and keeps on every retry.
 */

/**
 * A UUID version 4 in lower case. Not `crypto.randomUUID`: a page on plain http has none.
 * @param {(bytes: Uint8Array<ArrayBuffer>) => unknown} fill  puts random bytes into the array, as `crypto.getRandomValues` does
 */
export function newClientId(fill) {
  const bytes = new Uint8Array(16);
  fill(bytes);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
