/**
 * Eleven letters and digits that tell texts apart, by two rounds of FNV-1a. For names among a few thousand, which nobody gains
 * by having collide: not for security.
 */
export function shortHash(text: string): string {
  const high = fnv1a(text, 0x81_1c_9d_c5);
  const low = fnv1a(text, high ^ 0x9e_37_79_b9);
  return ((high >>> 0) * 2 ** 21 + (low >>> 11)).toString(36).padStart(11, "0");
}

function fnv1a(text: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01_00_01_93);
  return hash;
}
